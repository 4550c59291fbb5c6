"""Personal data masked for logs: resident IDs, bank cards, mobile numbers, e-mail addresses.

Identity cards go first (GB 11643 checksum), then cards (Luhn), then mobiles with digit boundaries: the
other order masks order numbers and cuts identity cards in two (ledger CF-18).
"""

import re

_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dXx])")
_CARD = re.compile(r"(?<!\d)\d{15,19}(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d)(\d{4})(\d{4})(?!\d)")
_EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])([A-Za-z0-9])[A-Za-z0-9._%+-]*(@[A-Za-z0-9.-]+\.[A-Za-z]{2,})")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def mask(text: str) -> str:
    """`text` with personal numbers and addresses starred, everything else untouched."""
    text = _ID.sub(lambda m: _starred(m[0], 6, 4) if _is_resident_id(m[0]) else m[0], text)
    text = _CARD.sub(lambda m: _starred(m[0], 4, 4) if _luhn(m[0]) else m[0], text)
    text = _MOBILE.sub(r"\1****\3", text)
    return _EMAIL.sub(r"\1***\2", text)


def _starred(text: str, head: int, tail: int) -> str:
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]


def _is_resident_id(text: str) -> bool:
    total = sum(int(d) * w for d, w in zip(text[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper()


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
