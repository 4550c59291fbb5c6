"""`yingda bench`: what this machine can do. Results are JSON; docs/reference/performance.md explains them."""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from voice_engine.bench.media import Place
    from voice_engine.bench.plan import Plan

app = typer.Typer(add_completion=False, no_args_is_help=True)

STEPS = (1, 10, 20, 30, 40, 50, 64, 80, 100, 120, 150, 200, 300)

Json = dict[str, Any]
Calls = Annotated[int, typer.Option(min=1, max=2000, help="Conversations at once.")]
Seconds = Annotated[float, typer.Option(min=1, help="How long is measured in each round, after the warm-up.")]
WarmUp = Annotated[float, typer.Option(min=1, help="Seconds before each round; one turn lasts 12.")]
Rounds = Annotated[int, typer.Option(min=1, help="Rounds of each system, in turns.")]
Sweep = Annotated[bool, typer.Option("--sweep", help="More and more calls, until one core bears no more.")]
Against = Annotated[
    Literal["pipecat"] | None,
    typer.Option(help="The same load on a rival in the same minutes; builds its environment the first time."),
]
Speculation = Annotated[bool, typer.Option("--speculation", help="Replies may begin before the turn ends.")]
Burst = Annotated[bool, typer.Option("--burst", help="Ten calls arrive at once beside eight.")]
Overload = Annotated[bool, typer.Option("--overload", help="Half as many again want in as there are slots.")]


@app.callback()
def bench() -> None:
    """Measure this machine. Run nothing else meanwhile."""


@app.command()
def media(
    calls: Calls = 10,
    seconds: Seconds = 60.0,
    warm_up: WarmUp = 12.0,
    rounds: Rounds = 1,
    against: Against = None,
    speculation: Speculation = False,
    sweep: Sweep = False,
    burst: Burst = False,
    overload: Overload = False,
) -> None:
    """Conversations over WebSocket with vendors of known delays: latency, processor time, memory."""
    from voice_engine.bench import media as runs
    from voice_engine.bench.plan import Plan

    if sweep + burst + overload > 1:
        raise typer.BadParameter("give one of --sweep, --burst and --overload")
    plan = Plan(calls=calls, duration=seconds, warm_up=warm_up, speculate=speculation)
    rival = _rival(against)
    if sweep:
        _sweep(plan, rival, rounds)
    elif burst:
        _show(_run(rival, lambda place: runs.burst(plan, place)))
    elif overload:
        _show(_run(None, lambda place: runs.overload(plan, place)))
    else:
        _show(_run(rival, lambda place: runs.steady(plan, place, rounds)))


@app.command()
def leg(
    calls: Calls = 40,
    seconds: Annotated[float, typer.Option(min=1, max=100, help="How long is measured.")] = 20.0,
) -> None:
    """A G.711 leg without vendors: sound in and out of an engine that neither listens nor thinks."""
    from voice_engine.bench.leg import run
    from voice_engine.bench.plan import Plan

    _show(_run(None, lambda place: run(Plan(calls=calls, duration=seconds, rate=8000), place)))


@app.command()
def vendors(
    vendor: Annotated[str, typer.Argument(help="A speech vendor that `yingda emulate` knows, e.g. tencent.")],
    streams: Annotated[int, typer.Option(min=1, max=1000, help="Streams at once.")] = 200,
    seconds: Annotated[float, typer.Option(min=1, help="How long each round is measured.")] = 20.0,
    kind: Annotated[
        Literal["stt", "tts"] | None, typer.Option(help="Only the recogniser or the voice.")
    ] = None,
    model: Annotated[str, typer.Option(help="A model of the vendor; default its default.")] = "",
) -> None:
    """What an adapter costs: per frame, per stream, from the socket to the engine; against its emulator."""
    from api.commands.benching.streams import run
    from voice_engine.providers import registry

    both: tuple[Literal["stt", "tts"], ...] = ("stt", "tts")
    kinds = tuple(k for k in both if kind in (None, k) and vendor in registry.names(k))
    if not kinds:
        raise typer.BadParameter(f"{vendor!r} is no speech vendor of this installation")
    _show({"vendor": vendor, **run(vendor, kinds, streams, seconds, model)})


@app.command()
def rest(
    seconds: Annotated[float, typer.Option(min=0.5, help="Length of each of the 18 windows.")] = 3.0,
) -> None:
    """The REST API against a bare FastAPI and psycopg handler, in turns on the same core."""
    import uvloop

    from api.commands.benching.rest import run

    _show(uvloop.run(run(seconds)))


@app.command()
def lists(
    calls: Annotated[int, typer.Option(min=1001, help="Calls in the large table.")] = 100_000,
    requests: Annotated[int, typer.Option(min=5, help="Requests of each kind in either table.")] = 60,
) -> None:
    """Lists of calls with so many calls in the table and with a thousand, in turns."""
    from api.commands.benching.lists import run

    _show(asyncio.run(run(calls, requests)))


def _sweep(plan: "Plan", rival: Path | None, rounds: int) -> None:
    """One line of JSON per step, the systems one after the other; the last line is what came of it."""
    from voice_engine.bench.measured import passes

    borne: Json = {}
    names = ["yingda", "pipecat"] if rival else ["yingda"]
    for name in names:
        borne[name] = 0
        for number in STEPS:
            found = _run(rival, partial(_step, replace(plan, calls=number), rounds, name))
            typer.echo(json.dumps(found))
            if not passes(found[name]):
                break
            borne[name] = number
    typer.echo(json.dumps({"callsPerCore": borne}))


def _step(plan: "Plan", rounds: int, name: str, place: "Place") -> Awaitable[Json]:
    from voice_engine.bench import media as runs

    return runs.steady(plan, place, rounds, (name,))


def _run(rival: Path | None, run: "Callable[[Place], Awaitable[Json]]") -> Json:
    from voice_engine.bench.media import Place

    with _redis() as (url, place):
        return asyncio.run(run(Place(url, place / "engine", rival)))  # type: ignore[arg-type]


@contextmanager
def _redis() -> Iterator[tuple[str, Path]]:
    from api.launcher.redis import EmbeddedRedis

    with tempfile.TemporaryDirectory(prefix="yingda-bench-") as place:
        server = EmbeddedRedis(Path(place))
        server.start()
        try:
            yield server.url, Path(place)
        finally:
            server.stop()


def _rival(against: str | None) -> Path | None:
    """The Python of the rival's environment, below the data directory."""
    if against is None:
        return None
    from api.settings import ApiSettings
    from voice_engine.bench.environment import pipecat_python

    return pipecat_python(ApiSettings().data_dir / "bench", lambda line: typer.echo(line, err=True))


def _show(found: Json) -> None:
    typer.echo(json.dumps(found, indent=2))
