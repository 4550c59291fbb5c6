"""`yingda bench`: what this machine can do. Results are JSON; docs/reference/performance.md explains them."""

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True)

STEPS = (1, 10, 20, 30, 40, 60, 80, 100, 120, 150, 200, 300)
LATE_MS = 100

Calls = Annotated[int, typer.Option(min=1, max=2000, help="Conversations at once.")]
Seconds = Annotated[float, typer.Option(min=1, help="How long is measured, after the warm-up.")]
Sweep = Annotated[bool, typer.Option("--sweep", help="1, 10, 20 … calls, until our own p95 is over 100 ms.")]


@app.callback()
def bench() -> None:
    """Measure this machine. Run nothing else meanwhile."""


@app.command()
def media(calls: Calls = 10, seconds: Seconds = 60.0, sweep: Sweep = False) -> None:
    """Conversations over WebSocket with vendors of known delays: latency, processor time, memory."""
    for number in STEPS if sweep else (calls,):
        result = _media(number, seconds)
        typer.echo(json.dumps(result, indent=None if sweep else 2))
        own = result["ownMs"]
        if own is None or own["p95"] > LATE_MS:
            break


@app.command()
def rest(
    seconds: Annotated[float, typer.Option(min=0.5, help="Length of each of the 18 windows.")] = 3.0,
) -> None:
    """The REST API against a bare FastAPI and psycopg handler, in turns on the same core."""
    import uvloop

    from api.commands.benching.rest import run

    typer.echo(json.dumps(uvloop.run(run(seconds)), indent=2))


def _media(calls: int, seconds: float) -> dict[str, Any]:
    from api.launcher.redis import EmbeddedRedis
    from voice_engine.bench.media import run
    from voice_engine.bench.plan import Plan

    with tempfile.TemporaryDirectory(prefix="yingda-bench-") as place:
        server = EmbeddedRedis(Path(place))
        server.start()
        try:
            return asyncio.run(run(Plan(calls=calls, duration=seconds), server.url, Path(place) / "engine"))
        finally:
            server.stop()
