"""Identifiers: UUIDv7, so that ids sort by birth and Vapi clients see the UUIDs they expect."""

import os
import time
from uuid import UUID


def new_id() -> str:
    """A fresh UUIDv7 (RFC 9562 §5.7) as lower-case text: 48 bits of Unix ms, then 74 random bits."""
    ms = time.time_ns() // 1_000_000
    rand = int.from_bytes(os.urandom(10), "big")
    value = (ms & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76 | ((rand >> 62) & 0xFFF) << 64
    value |= 0b10 << 62 | (rand & 0x3FFF_FFFF_FFFF_FFFF)
    return str(UUID(int=value))


def is_id(text: str) -> bool:
    """Whether `text` is a UUID in its canonical 36-character form."""
    try:
        return str(UUID(text)) == text.lower()
    except (ValueError, AttributeError, TypeError):
        return False
