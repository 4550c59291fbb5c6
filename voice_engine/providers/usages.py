"""Several usages as one: what all parts of a piece of work cost together."""

from collections import Counter
from collections.abc import Iterable

from voice_engine.providers.base import Usage


def added_up(usages: Iterable[Usage]) -> Usage:
    """The sum, estimated if a part of it is."""
    total: Counter[str] = Counter()
    estimated = False
    for usage in usages:
        total.update(dict(usage.quantities))
        estimated = estimated or usage.estimated
    return Usage({name: round(quantity, 3) for name, quantity in total.items()}, estimated)
