"""`yingda migrate`: the database brought to what this version expects."""

from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def migrate(
    check: Annotated[bool, typer.Option(help="Change nothing; exit code 1 if something is to do.")] = False,
) -> None:
    """Bring the database to what this version expects: yours, or the embedded one."""
    from api.db import migrate as migrations
    from api.db.engine import owner_engine
    from api.launcher.settings import load
    from api.launcher.stores import open_database

    with open_database(load()) as url:
        engine = owner_engine(url)
        before, heads = migrations.current(engine), migrations.heads()
        typer.echo(f"The database is at {_names(before)}; this version expects {_names(heads)}.")
        if before != heads and not check:
            migrations.upgrade(url)
            typer.echo(f"Now it is at {_names(migrations.current(engine))}.")
        engine.dispose()
    raise typer.Exit(1 if check and before != heads else 0)


def _names(revisions: set[str]) -> str:
    return ", ".join(sorted(revisions)) or "nothing"
