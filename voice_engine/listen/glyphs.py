"""How spoken text is cut and how lists of phrases become patterns. Pure."""

import re
from collections.abc import Iterable

GLYPH = "\u3040-\u30ff\u3400-\u9fff"
PAUSE = r"[\s，。、！？；：,.!?…~～-]"

_LETTERS = rf"[^\W\d_{GLYPH}]+"
_UNIT = re.compile(rf"[{GLYPH}]|[0-9]+(?:[.,:][0-9]+)*|{_LETTERS}(?:['’-]{_LETTERS})*")
_BLANKS = re.compile(rf"(?<=[{GLYPH}])\s+(?=[{GLYPH}])")
_OUTER = ' \t\n，。、！？；：,.!?;:…~～—-"“”‘’'


def units(text: str) -> int:
    """Chinese characters, Latin words and runs of digits count one each."""
    return sum(1 for _ in _UNIT.finditer(text))


def core(text: str) -> str:
    """Lower case, without outer punctuation, without the blanks some recognisers put between characters."""
    return _BLANKS.sub("", text).strip(_OUTER).replace("’", "'").lower()


def either(phrases: Iterable[str]) -> str:
    """A pattern for any of the phrases, the longest first; a Latin one must be followed by no letter."""
    patterns = (
        re.escape(phrase).replace(r"\ ", r"\s") + (r"(?![a-z'])" if phrase[-1].isascii() else "")
        for phrase in sorted(phrases, key=len, reverse=True)
    )
    return "|".join(patterns)


def led(leads: Iterable[str], pattern: str) -> re.Pattern[str]:
    """`pattern` after a few of the words people start with."""
    return re.compile(rf"(?:(?:{either(leads)}){PAUSE}*){{0,5}}(?:{pattern})")
