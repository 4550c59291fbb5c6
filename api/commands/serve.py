"""`yingda serve`: options become environment, so that every child sees them."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Port of the API (YINGDA_API_PORT, 8000).")] = None,
    host: Annotated[str | None, typer.Option(help="Address of the API (YINGDA_API_HOST).")] = None,
    engines: Annotated[int | None, typer.Option(help="Engine processes; default one per core.")] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where everything is kept (.yingda).", readable=False)
    ] = None,
) -> None:
    """Start everything on this machine and keep it running. Ctrl-C ends it."""
    from api.launcher.screen import Terminal
    from api.launcher.serve import serve as run
    from api.launcher.settings import load

    given = {
        "YINGDA_API_PORT": port,
        "YINGDA_API_HOST": host,
        "YINGDA_ENGINES": engines,
        "YINGDA_DATA_DIR": data_dir,
    }
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})
    asyncio.run(run(load(), Terminal()))
