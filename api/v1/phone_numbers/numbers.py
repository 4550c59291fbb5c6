"""Telephone numbers as people write them → E.164. Pure.

Knows how numbers are written in mainland China; others must bring their country code. Service numbers such
as 95588 have no E.164 form: they are dialled with the check turned off.
"""

import re
from unicodedata import normalize

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_PUNCTUATION = re.compile(r"[\s()\-.·/‐‑‒–—]")
_MOBILE = r"1[3-9]\d{9}"
_FIXED = r"(?:10|2\d)\d{8}|[3-9]\d{2}\d{7,8}"  # area code without its 0, then the number
_SERVICE = r"[48]00\d{7}"
_MAINLAND = re.compile(rf"(?:(?:0|86)?({_MOBILE})|(?:0|86|860)({_FIXED})|(?:86)?({_SERVICE}))")
ALLOWED = (
    "should be a telephone number: E.164 (+8613800138000), or as it is written in mainland China "
    "(138 0013 8000, 010-8888 8888, 400-810-0000); set numberE164CheckEnabled to false for others"
)


def normalised(number: str) -> str | None:
    """`138 0013 8000`, `010-8888 8888`, `+86 138 0013 8000` → `+86…`; None for what is no such number."""
    plain = _PUNCTUATION.sub("", normalize("NFKC", number))
    if not plain.isascii():
        return None
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    if plain.startswith("+"):
        plain = re.sub(r"^\+860(?=[1-9])", "+86", plain)  # +86 (0)10 …
        return plain if _E164.fullmatch(plain) else None
    found = _MAINLAND.fullmatch(plain)
    if found is None:
        return None
    return "+86" + next(part for part in found.groups() if part)
