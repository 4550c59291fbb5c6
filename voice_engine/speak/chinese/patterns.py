"""Pieces that the patterns of the Chinese rules share."""

import re
from collections.abc import Iterable

from voice_engine.speak.chinese.units import MEASURE_WORDS, UNITS


def either(words: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


HAN = "\u3400-\u9fff"
BEGIN = r"(?<![0-9])(?<![0-9]\.)"  # a number begins here …
END = r"(?![0-9])"  # … and is over
NUM = rf"(?:[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,5}}|[0-9]{{1,16}})(?:\.[0-9]{{1,12}})?{END}"
SCALE = "[十百千]?[万亿]"
TO = r"\s?(?:-|–|—|~|～|至|到)\s?"
UNIT = either(UNITS)
COUNTED = either(MEASURE_WORDS)
MEASURED = rf"\s?(?:{COUNTED}|[%％℃°多来几余]|(?:{UNIT})(?![A-Za-z]))"
