"""Money is an integer of micro-units with a currency: 1 CNY = 1 000 000 micros. Never a float."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

MICROS = 1_000_000


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in millionths of `currency` (ISO 4217)."""

    micros: int
    currency: str = "CNY"

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.micros + other.micros, self.currency)

    def as_number(self) -> float:
        """For JSON fields that Vapi clients read as a number, e.g. `cost`."""
        return self.micros / MICROS


def price(quantity: int | Decimal, unit_price_micros: Decimal) -> int:
    """Micros for `quantity` units at `unit_price_micros` each, rounded half to even."""
    return int((Decimal(quantity) * unit_price_micros).quantize(Decimal(1), ROUND_HALF_EVEN))
