"""`yingda prices`: what vendors charge. A new price holds from a moment on; old calls keep theirs."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from api.commands.database import migrated

app = typer.Typer(add_completion=False, no_args_is_help=True)

Provider = Annotated[str, typer.Option(help="Only this vendor.")]
At = Annotated[str, typer.Option(help="As of this day or moment (ISO 8601); default now.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
From = Annotated[str, typer.Option("--from", help="From this day or moment on (ISO 8601, UTC); default now.")]
Source = Annotated[str, typer.Option(help="Where this is written, e.g. a contract or a page.")]
Per = Annotated[int, typer.Option(min=1, help="So many units cost the price.")]
Currency = Annotated[str, typer.Option(help="CNY, USD …")]


@app.callback()
def prices() -> None:
    """What vendors charge. An edit is a new row with the moment from which it holds: calls that were rated
    keep their price.
    """


@app.command("list")
def list_(provider: Provider = "", at: At = "", as_json: AsJson = False) -> None:
    """The prices that hold at a moment, with their sources."""
    from api.v1.usage.prices import all_prices

    moment = _moment(at)
    with _database() as engine:
        listed = [p for p in all_prices(engine).in_force(moment) if provider in ("", p.provider)]
    if as_json:
        typer.echo(json.dumps([_shown(price) for price in listed], ensure_ascii=False, indent=2))
        return
    for p in listed:
        amount = f"{p.price} {p.currency} per {p.per} {p.unit}"
        typer.echo(f"{p.component:12} {p.provider:12} {p.model:28} {amount:38} {p.source} ({p.as_of})")
    if not listed:
        typer.echo("No price holds then." if not provider else f"No price of {provider} holds then.")


@app.command("set")
def set_(
    component: Annotated[str, typer.Argument(help="transcriber, model, voice, transport, platform.")],
    provider: Annotated[str, typer.Argument(help="As in assistants, e.g. tencent.")],
    model: Annotated[str, typer.Argument(help="A model, or * for all of the vendor.")],
    unit: Annotated[str, typer.Argument(help="seconds, characters, promptTokens, completionTokens …")],
    price: Annotated[str, typer.Argument(help="A decimal number.")],
    per: Per = 1,
    currency: Currency = "CNY",
    from_: From = "",
    source: Source = "the operator",
) -> None:
    """Enter a price."""
    from api.v1.usage.prices import Revision

    row = {
        "id": f"{component}-{provider}-{model}-{unit}", "component": component, "provider": provider,
        "model": model, "unit": unit, "per": per, "price": price, "currency": currency, "source": source,
        "as_of": datetime.now(UTC).date().isoformat(),
    }  # fmt: skip
    _enter([Revision("price", row, _moment(from_))])


@app.command("rate")
def rate(
    currency: Annotated[str, typer.Argument(help="The currency prices are in, e.g. USD.")],
    to_cny: Annotated[str, typer.Argument(help="How many CNY one unit of it is.")],
    from_: From = "",
    source: Source = "the operator",
) -> None:
    """Enter an exchange rate into CNY, in which calls are billed."""
    from api.v1.usage.prices import Revision

    day = datetime.now(UTC).date().isoformat()
    row = {"id": f"{currency}-CNY-{day}", "from": currency, "to": "CNY", "rate": to_cny}
    _enter([Revision("rate", {**row, "source": source, "as_of": day}, _moment(from_))])


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="As prices.yaml is written.")],
    from_: From = "",
) -> None:
    """Enter all prices and rates of a file; a row's own `valid_from` goes before --from."""
    import yaml

    from api.v1.usage.prices import Revision

    content: dict[str, list[dict[str, Any]]] = yaml.safe_load(file.read_text("utf-8")) or {}
    kinds: tuple[tuple[Literal["price", "rate"], str], ...] = (("price", "prices"), ("rate", "rates"))
    revisions = [
        Revision(kind, row, _moment(str(row.get("valid_from") or from_)))
        for kind, place in kinds
        for row in content.get(place) or []
    ]
    _enter(revisions)


@contextmanager
def _database() -> Iterator[Any]:
    from api.db.engine import owner_engine
    from api.launcher.settings import load

    with migrated(load()) as url:
        engine = owner_engine(url)
        try:
            yield engine
        finally:
            engine.dispose()


def _enter(revisions: list[Any]) -> None:
    from api.v1.usage.prices import enter

    with _database() as engine:
        count = enter(engine, revisions, datetime.now(UTC))
    typer.echo(f"{count} entered. Usage from then on is rated with {'it' if count == 1 else 'them'}.")


def _moment(given: str) -> datetime:
    if not given:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter(f"{given!r} is no ISO 8601 moment such as 2026-12-01") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _shown(price: Any) -> dict[str, Any]:
    names = ("component", "provider", "model", "unit", "per", "currency", "source")
    days = {"asOf": price.as_of.isoformat(), "validFrom": price.valid_from.isoformat()}
    return {name: getattr(price, name) for name in names} | {"price": str(price.price), **days}
