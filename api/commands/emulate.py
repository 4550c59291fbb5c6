"""`yingda emulate`: vendors on this machine that need no key, for building and trying without an account."""

import asyncio
import os
import shlex
import signal
from contextlib import AsyncExitStack
from typing import Annotated, Any, NoReturn

import typer

app = typer.Typer(add_completion=False)

LOCAL = {"pocketsphinx", "scripted", "espeak", "sherpa-onnx"}  # providers that are nobody's service
Vendors = Annotated[
    list[str] | None, typer.Argument(help="Whom to emulate, by the names of providers; none lists them.")
]
Port = Annotated[
    int,
    typer.Option(min=0, max=65535, help="Port of the first; each next vendor takes the next. 0: free ones."),
]
Said = Annotated[
    list[str] | None,
    typer.Option("--said", help="What callers will say, once per utterance, in order; else four questions."),
]
Fault = Annotated[
    str,
    typer.Option(
        help="Fail at every beginning: refuse:503, fail:CODE, drop, stall, garbage, odd, deaf; or late:0.5."
    ),
]


@app.command()
def emulate(vendors: Vendors = None, port: Port = 9100, said: Said = None, fault: Fault = "") -> None:
    """Be vendors, without anybody's key: speak their wire protocols on 127.0.0.1, each with all its services
    on one port. Prints the settings to export before `yingda serve`, then every mistake that a client makes,
    until Ctrl-C. What callers say is told with --said, whatever they say; voices are tones.

    Example: yingda emulate iflytek deep-seek --said 你好 --said 再见
    """
    known = _companies()
    if not vendors:
        typer.echo("Vendors that can be emulated: " + ", ".join(sorted(known)))
        raise typer.Exit
    for name in vendors:
        if name in LOCAL:
            _refuse(f"{name} runs on this machine anyway: name it in an assistant, it needs no emulator.")
        if name not in known:
            _refuse(f"Nobody has emulated {name}; there are: {', '.join(sorted(known))}.")
    try:
        asyncio.run(_serve({name: known[name] for name in vendors}, port, said or [], _fault(fault)))
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        _refuse(f"Cannot listen on {port} and the ports after it: {why}. Choose another --port, or 0.")


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


def _fault(text: str) -> Any:
    from tests.emulators.faults import read

    try:
        return read(text) if text else None
    except ValueError as error:
        _refuse(str(error))


def _companies() -> dict[str, Any]:
    try:
        from tests.emulators import catalog
    except ModuleNotFoundError as missing:
        if not (missing.name or "").startswith("tests"):
            raise
        _refuse("The emulators come with the repository: run this command in a clone of it.")
    return dict.fromkeys(catalog.COMPANIES, catalog.company)


async def _serve(vendors: dict[str, Any], port: int, said: list[str], fault: Any) -> None:
    from tests.emulators.ear import Script
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
            vendor.fault = fault
            await vendor.start(port=port and port + index)
            stack.push_async_callback(vendor.stop)
            open_ones.append(vendor)
            for key, value in vendor.environment().items():
                typer.echo(f"export {key}={shlex.quote(value)}")
            for note in getattr(vendor, "notes", ()):
                typer.echo(f"# {note}")
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
