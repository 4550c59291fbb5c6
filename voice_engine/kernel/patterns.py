"""Regular expressions that a tenant wrote: checked when they arrive, bounded in input and time."""

import re

import regex  # type: ignore[import-untyped]  # unlike `re`, its searches can be given a time

LONGEST = 500  # characters of a pattern
SEARCHED = 500  # the last so many characters of a text are searched
_REPEATS = 1000  # product of all counted repeats: `regex` unrolls them when it compiles
_COUNTED = re.compile(r"\{(\d*)(?:,(\d*))?\}")


class TooSlow(Exception):
    """The pattern used up its time."""


class Pattern:
    """A compiled pattern. Raises ValueError with a sentence for its author if it cannot be used."""

    __slots__ = ("_compiled",)

    def __init__(
        self, raw: str, *, ignore_case: bool = False, whole_word: bool = False, multi_line: bool = False
    ) -> None:
        flags = (regex.IGNORECASE if ignore_case else 0) | (regex.MULTILINE if multi_line else 0)
        check(raw)
        self._compiled = regex.compile(rf"\b(?:{raw})\b" if whole_word else raw, flags)

    def found_in(self, text: str, within_s: float) -> bool:
        """Whether it matches somewhere near the end of `text`; raises TooSlow after `within_s` seconds."""
        try:
            return self._compiled.search(text[-SEARCHED:], timeout=within_s) is not None
        except TimeoutError:
            raise TooSlow from None

    def replaced_in(self, text: str, by: str, within_s: float, *, every: bool = True) -> str:
        """`text` with its matches replaced by the words `by`; raises TooSlow after `within_s` seconds."""
        try:
            return str(self._compiled.sub(lambda _: by, text, count=0 if every else 1, timeout=within_s))
        except TimeoutError:
            raise TooSlow from None


def check(raw: str) -> None:
    """Raises ValueError with a sentence for the pattern's author if it cannot be used."""
    if not 0 < len(raw) <= LONGEST:
        raise ValueError(f"A regular expression has 1 to {LONGEST} characters.")
    repeats = 1
    for least, most in _COUNTED.findall(raw):
        repeats *= max(1, int(least or 0), int(most or 0))
    if repeats > _REPEATS:
        raise ValueError(f"The pattern repeats too much; keep the product of all {{n}} below {_REPEATS}.")
    try:
        re.compile(raw)  # the syntax people know; `regex` alone would allow more
        regex.compile(raw)
    except (re.error, regex.error, OverflowError, RecursionError) as error:
        raise ValueError(f"This is not a regular expression: {error}") from None
