"""`yingda org create` and `yingda org list`: organisations, where no demo makes the first one."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.database import migrated

if TYPE_CHECKING:
    from api.launcher.settings import LauncherSettings

app = typer.Typer(add_completion=False, no_args_is_help=True)

Name = Annotated[str, typer.Option("--name", help="What the organisation is called.")]
Email = Annotated[str, typer.Option("--email", help="The owner's address; they log in with it.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


@app.callback()
def org() -> None:
    """Organisations: make one with its first key and its owner, or list them."""


@app.command()
def create(name: Name, email: Email, as_json: AsJson = False) -> None:
    """Make an organisation, its first private key and its owner. Key and password are shown once."""
    import dataclasses

    from api.db.engine import app_engine
    from api.launcher.settings import load
    from api.v1.organizations.founding import found

    settings = load()
    secret = _secret(settings)
    with migrated(settings) as url:
        engine = app_engine(url, connections=1)
        try:
            made = found(engine, secret, name, email)
        finally:
            engine.dispose()
    if as_json:
        typer.echo(json.dumps(dataclasses.asdict(made), indent=2))
        return
    typer.echo(f"Organisation  {made.org_id}")
    typer.echo(f"Private key   {made.private_key}")
    typer.echo(f"Owner         {made.owner_email}")
    typer.echo(f"Password      {made.owner_password}")
    typer.echo("Keep the key and the password now: they are not shown again.")


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """All organisations, the oldest first."""
    import dataclasses

    from api.db.engine import owner_engine
    from api.launcher.settings import load
    from api.v1.organizations.founding import listed

    with migrated(load()) as url:
        engine = owner_engine(url)
        found = listed(engine)
        engine.dispose()
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        typer.echo(f"{one.id}  {one.members:3} members  {one.name}")
    if not found:
        typer.echo("There is none. Make one: yingda org create --name NAME --email OWNER")


def _secret(settings: "LauncherSettings") -> bytes:
    """The installation's secret; made here if this is the first command of a development installation."""
    from api.launcher import preflight

    preflight.secret(settings, preflight.data_dir(settings.data_dir))
    return settings.secret_bytes
