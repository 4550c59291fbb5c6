"""`yingda config show`: every setting, its value (secrets hidden) and where it comes from."""

import json
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def config() -> None:
    """The configuration, and where each value comes from."""


@app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Every setting, its value and its source. Secrets and passwords are not shown."""
    from api.launcher.settings import load
    from api.launcher.sources import entries

    found = entries(load())
    if as_json:
        rows = {entry.name: {"value": entry.value, "source": entry.source} for entry in found}
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("setting", "value", "source"):
        table.add_column(title, style="dim" if title == "source" else "", overflow="fold")
    for entry in found:
        table.add_row(entry.variable, entry.value, entry.source)
    Console(highlight=False, markup=False).print(table)
