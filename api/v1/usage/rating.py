"""What use costs: quantities in, integer micro-units out, with the price that was applied. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from voice_engine.kernel.money import MICROS

BILLED_IN = "CNY"
COMPONENTS = ("transcriber", "model", "voice", "transport", "vad", "platform")  # what may have a price
_MOST = 10**9  # more is a slip, and more digits than a sum can hold
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_BY_MODELS = frozenset({"analysis", "knowledge-base", "voicemail-detection"})
_SNAPSHOT = re.compile(r"-(\d{4}-?\d{2}-?\d{2}|latest)$")
# counted inside the other quantity
_WITHIN = {"cachedPromptTokens": "promptTokens", "cachedAudioPromptTokens": "audioPromptTokens"}
# Counted inside completionTokens, at its price; spoken again from memory, which nobody bills.
_INFORMATIVE = frozenset({"reasoningTokens", "cachedCharacters"})


@dataclass(frozen=True, slots=True)
class Price:
    """`per` units cost `price` of `currency`; `hours` are UTC, [from, to), empty = always."""

    id: str
    component: str
    provider: str
    model: str
    unit: str
    per: int
    price: Decimal
    currency: str
    source: str
    as_of: date
    weekdays: bool = False
    hours: tuple[tuple[int, int], ...] = ()
    valid_from: datetime = ALWAYS

    def applies_at(self, at: datetime) -> bool:
        """Whether this price is charged at that moment (aware, UTC)."""
        if at < self.valid_from:
            return False
        if self.weekdays and at.weekday() >= 5:
            return False
        return not self.hours or any(begin <= at.hour < end for begin, end in self.hours)


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of `source_currency` is `rate` units of `target_currency`."""

    id: str
    source_currency: str
    target_currency: str
    rate: Decimal
    source: str
    as_of: date
    valid_from: datetime = ALWAYS


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices in the order they are tried, and exchange rates."""

    prices: tuple[Price, ...]
    rates: tuple[Rate, ...] = ()

    def find(self, component: str, provider: str, model: str, unit: str, at: datetime) -> Price | None:
        """The first price that fits: the model itself, its plain name, then any model of the provider.

        Nothing has a price at a provider whose listed prices are all zero: such engines run in this process.
        """
        offered = [
            p
            for p in self.prices
            if (p.component, p.provider, p.unit) == (component, provider, unit) and p.applies_at(at)
        ]
        for name in (model, _SNAPSHOT.sub("", model), "*"):
            for price in offered:
                if price.model == name:
                    return price
        return self._free(component, provider, unit)

    def in_force(self, at: datetime) -> tuple[Price, ...]:
        """Each price that would be found at that moment, in the order of the list."""
        found: dict[tuple[str, str, str, str], Price] = {}
        for price in self.prices:
            key = (price.component, price.provider, price.model, price.unit)
            if key not in found and price.applies_at(at):
                found[key] = price
        return tuple(found.values())

    def _free(self, component: str, provider: str, unit: str) -> Price | None:
        """Zero for a unit without a price, where all the provider's prices are zero."""
        listed = [p for p in self.prices if (p.component, p.provider) == (component, provider)]
        if not listed or any(p.price for p in listed):
            return None
        return replace(listed[0], unit=unit)

    def exchange(self, currency: str, at: datetime) -> Rate | None:
        """The rate into the billing currency; None when none is needed. Raises KeyError if it is missing."""
        if currency == BILLED_IN:
            return None
        for rate in self.rates:
            if (rate.source_currency, rate.target_currency) == (
                currency,
                BILLED_IN,
            ) and at >= rate.valid_from:
                return rate
        raise KeyError(f"prices.yaml has no rate from {currency} to {BILLED_IN}")


@dataclass(frozen=True, slots=True)
class Rated:
    """The cost in micros of the billing currency, and how each quantity came to it.

    `lines` hold `{unit, quantity, priceId, price, per, currency, source, asOf, micros[, rateId, rate]}`, with
    micros in the price's own currency. `unpriced` names quantities for which there is no price.
    """

    cost_micros: int
    lines: tuple[dict[str, Any], ...]
    unpriced: tuple[str, ...]


def rated(
    component: str,
    provider: str,
    model: str,
    quantities: Mapping[str, float],
    at: datetime,
    prices: PriceList,
) -> Rated:
    """Price one usage record. What models do beside the conversation is priced as the models that did it."""
    priced_as = "model" if component in _BY_MODELS else component
    total, lines, unpriced = Decimal(0), [], []
    for unit, quantity in _billable(quantities, priced_as, provider, model, at, prices).items():
        price = prices.find(priced_as, provider, model, unit, at)
        if price is None:
            unpriced.append(unit)
            continue
        micros = quantity * price.price * MICROS / price.per
        exchange = prices.exchange(price.currency, at)
        total += micros * exchange.rate if exchange else micros
        lines.append(_line(unit, quantity, price, micros, exchange))
    return Rated(_whole(total), tuple(lines), tuple(unpriced))


def _billable(
    quantities: Mapping[str, float],
    component: str,
    provider: str,
    model: str,
    at: datetime,
    prices: PriceList,
) -> dict[str, Decimal]:
    """Quantities that do not overlap: a part with a price of its own is taken out of the whole."""
    exact = {unit: Decimal(str(quantity)) for unit, quantity in quantities.items() if quantity}
    for part, whole in _WITHIN.items():
        if part in exact and prices.find(component, provider, model, part, at) is None:
            del exact[part]
        elif part in exact:
            exact[whole] = max(Decimal(0), exact.get(whole, Decimal(0)) - exact[part])
    return {unit: quantity for unit, quantity in exact.items() if unit not in _INFORMATIVE}


def _line(unit: str, quantity: Decimal, price: Price, micros: Decimal, rate: Rate | None) -> dict[str, Any]:
    line: dict[str, Any] = {
        "unit": unit,
        "quantity": float(quantity),
        "priceId": price.id,
        "price": str(price.price),
        "per": price.per,
        "currency": price.currency,
        "source": price.source,
        "asOf": price.as_of.isoformat(),
        "micros": _whole(micros),
    }
    return line | {"rateId": rate.id, "rate": str(rate.rate)} if rate else line


def _whole(micros: Decimal) -> int:
    return int(micros.quantize(Decimal(1), ROUND_HALF_EVEN))


def price_list(raw: Mapping[str, Iterable[Mapping[str, Any]]]) -> PriceList:
    """The content of prices.yaml; raises KeyError or ValueError naming what is wrong with it."""
    prices = tuple(price_row(row) for row in raw["prices"])
    ids = [p.id for p in prices]
    doubled = sorted({i for i in ids if ids.count(i) > 1})
    if doubled:
        raise ValueError(f"prices.yaml has these ids twice: {', '.join(doubled)}")
    return PriceList(prices, tuple(rate_row(row) for row in raw["rates"]))


def rate_row(row: Mapping[str, Any], valid_from: datetime = ALWAYS) -> Rate:
    """One row of `rates`; KeyError or ValueError."""
    rate, as_of = _decimal(row["rate"]), _day(row["as_of"])
    if not 0 < rate < _MOST:
        raise ValueError(f"{row['id']}: a rate is above 0 and below {_MOST}")
    return Rate(row["id"], row["from"], row["to"], rate, row["source"], as_of, valid_from)


def price_row(row: Mapping[str, Any], valid_from: datetime = ALWAYS) -> Price:
    """One row of `prices`; KeyError or ValueError."""
    if not isinstance(row["price"], str):
        raise ValueError(f"prices.yaml, {row['id']}: write the price as text, a float would round it")
    price = _decimal(row["price"])
    if not 0 <= price < _MOST or not 1 <= int(row["per"]) < _MOST:
        raise ValueError(f"{row['id']}: a price is not negative, for at least one unit, and below {_MOST}")
    when = row.get("when") or {}
    return Price(
        row["id"], row["component"], row["provider"], row["model"], row["unit"], int(row["per"]),
        price, row["currency"], row["source"],
        _day(row["as_of"]), bool(when.get("weekdays")),
        tuple((int(a), int(b)) for a, b in when.get("hours", ())), valid_from,
    )  # fmt: skip


def _decimal(text: object) -> Decimal:
    try:
        return Decimal(str(text))
    except InvalidOperation:
        raise ValueError(f"{text!r} is no decimal number such as 0.00024") from None


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
