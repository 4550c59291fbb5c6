"""What never interrupts and what always does: a customer's own lists in place of ours. Pure."""

import re
from collections.abc import Callable, Sequence

from voice_engine.listen.lexicon import is_backchannel, is_stop_phrase

Judge = Callable[[str], bool]

_SILENT = re.compile(r"[\W_]+")


def acknowledging(phrases: Sequence[str] | None) -> Judge:
    """Whether a text is nothing but such phrases, repeated or strung together; None = our own list."""
    if phrases is None:
        return is_backchannel
    pattern = re.compile(rf"(?:(?:{_either(phrases)}) ?)+")
    return lambda text: pattern.fullmatch(_plain(text)) is not None


def interrupting(phrases: Sequence[str] | None) -> Judge:
    """Whether a text holds such a phrase, Latin ones as whole words; None = ours, at its beginning."""
    if phrases is None:
        return is_stop_phrase
    pattern = re.compile(_either(phrases))
    return lambda text: pattern.search(_plain(text)) is not None


def _plain(text: str) -> str:
    """Lower case; whatever is no letter or digit separates."""
    return _SILENT.sub(" ", text.lower()).strip()


def _either(phrases: Sequence[str]) -> str:
    plain = sorted({_plain(phrase) for phrase in phrases} - {""}, key=len, reverse=True)
    return "|".join(_bounded(phrase) for phrase in plain) or r"(?!)"


def _bounded(phrase: str) -> str:
    before = r"\b" if phrase[0].isascii() else ""
    after = r"\b" if phrase[-1].isascii() else ""
    return before + re.escape(phrase) + after
