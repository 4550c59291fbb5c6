"""Personal numbers as recognisers write them: spaced, hyphenated, in Chinese numerals; masked like others."""

import re
from typing import Any

from voice_engine.kernel.mask import mask

_VALUES = dict(zip("零〇一幺二两三四五六七八九", "0011223456789", strict=True))
_DIGIT = "0-9" + "".join(_VALUES)
_RUN = re.compile(rf"(?<![{_DIGIT}])[{_DIGIT}](?:[ \-、，,]?[{_DIGIT}]){{10,18}}[Xx]?(?![{_DIGIT}])")
# What names things rather than holding words: an id may look like a number.
_NAMES = frozenset(
    {
        "id", "toolCallId", "key", "usageId", "provider", "model", "component", "credential", "name", "role",
        "endedReason", "transport", "encoding", "assistantName", "from", "to", "code", "kind", "plan",
    }
)  # fmt: skip
_FOREIGN = frozenset({"arguments", "result", "error", "summary", "metadata"})


def mask_spoken(text: str) -> str:
    """`text` with personal numbers starred, however they are written; everything else untouched."""
    return _RUN.sub(_masked, mask(text))


def mask_data(value: Any, kept: frozenset[str] = _NAMES, name: str = "") -> Any:
    """JSON with every text in it masked, except what names things; of what others wrote, all of it."""
    if isinstance(value, str):
        return value if name in kept else mask_spoken(value)
    if isinstance(value, dict):
        return {
            key: mask_data(inner, frozenset() if key in _FOREIGN else kept, key)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [mask_data(inner, kept, name) for inner in value]
    return value


def mask_keys(digits: str) -> str:
    """Keys that were pressed: six and more may be a password, a card or an identity, and are only counted."""
    return "*" * len(digits) if len(digits) >= 6 else digits


def _masked(run: re.Match[str]) -> str:
    plain = "".join(_VALUES.get(char, char) for char in run[0] if char not in " -、，,")
    hidden = mask(plain)
    return run[0] if hidden == plain else hidden
