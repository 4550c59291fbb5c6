"""Several usages as one: what all parts of a piece of work cost together."""

import re
from collections import Counter
from collections.abc import Iterable

from voice_engine.providers.base import Usage

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


def han_twice(text: str) -> int:
    """Characters as vendors count them for whom a Han character is two."""
    return len(text) + len(_HAN.findall(text))


def added_up(usages: Iterable[Usage]) -> Usage:
    """The sum, estimated if a part of it is."""
    total: Counter[str] = Counter()
    estimated = False
    for usage in usages:
        total.update(dict(usage.quantities))
        estimated = estimated or usage.estimated
    return Usage({name: round(quantity, 3) for name, quantity in total.items()}, estimated)
