"""`yingda emulate`: vendors on this machine that need no key, for building and trying without an account."""

import asyncio
import signal
from contextlib import AsyncExitStack
from typing import Annotated, Any

import typer

app = typer.Typer(add_completion=False)

Vendors = Annotated[list[str] | None, typer.Argument(help="Whom to emulate; none lists them.")]
Port = Annotated[int, typer.Option(help="Port of the first; each next vendor takes the next. 0: free ones.")]
Said = Annotated[
    list[str] | None,
    typer.Option("--said", help="What callers will say, once per utterance, in order; else four questions."),
]
Fault = Annotated[
    str, typer.Option(help="Fail at every beginning: refuse:503, fail:CODE, drop, stall, garbage, late:0.5.")
]


@app.command()
def emulate(vendors: Vendors = None, port: Port = 9100, said: Said = None, fault: Fault = "") -> None:
    """Speak vendors' wire protocols on 127.0.0.1: prints the settings to export, then every mistake of a
    client. Words are known by the order they are told with --said, voices are tones.
    """
    known = _companies()
    if not vendors:
        typer.echo("Vendors that can be emulated: " + ", ".join(sorted(known)))
        raise typer.Exit
    strangers = [name for name in vendors if name not in known]
    if strangers:
        typer.echo(
            f"Nobody has emulated {', '.join(strangers)}; there are: {', '.join(sorted(known))}.", err=True
        )
        raise typer.Exit(2)
    asyncio.run(_serve({name: known[name] for name in vendors}, port, said or [], fault))


def _companies() -> dict[str, Any]:
    try:
        from tests.emulators import catalog
    except ModuleNotFoundError as missing:
        sentence = "The emulators come with the repository: run this command from a clone, or in the image."
        typer.echo(sentence, err=True)
        raise typer.Exit(2) from missing
    return dict.fromkeys(catalog.COMPANIES, catalog.company)


async def _serve(vendors: dict[str, Any], port: int, said: list[str], fault: str) -> None:
    from tests.emulators.ear import Script
    from tests.emulators.faults import read
    from tests.emulators.vendor import questions

    over = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    async with AsyncExitStack() as stack:
        open_ones = []
        for index, (name, company) in enumerate(vendors.items()):
            vendor = company(name)(Script(tuple(said)))
            if not said:
                vendor.said = questions()
            vendor.fault = read(fault) if fault else None
            await vendor.start(port=port and port + index)
            stack.push_async_callback(vendor.stop)
            open_ones.append(vendor)
            settings = " ".join(f"{key}={value}" for key, value in vendor.environment().items())
            typer.echo(f"export {settings}")
        typer.echo("Press Ctrl-C to stop.", err=True)
        await _watch(open_ones, over)


async def _watch(vendors: list[Any], over: asyncio.Event) -> None:
    told = {id(vendor): 0 for vendor in vendors}
    while not over.is_set():
        try:
            async with asyncio.timeout(0.5):
                await over.wait()
        except TimeoutError:
            pass
        for vendor in vendors:
            for violation in vendor.violations[told[id(vendor)] :]:
                typer.echo(f"{vendor.name}: {violation}")
            told[id(vendor)] = len(vendor.violations)
