"""`yingda`: one line per command; its module is imported when the command runs, so `--help` stays quick.

A command lives in `api/commands/<name>.py` as `app = typer.Typer(add_completion=False)` with one
`@app.command()` (or several, for `yingda name subcommand`), and has a line in COMMANDS.
"""

import importlib
import sys
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from voice_engine.kernel.errors import YingdaError

COMMANDS = {
    "serve": "Start everything on this machine and keep it running.",
    "talk": "Speak with an assistant: a WAV file or the microphone in, speech out.",
    "doctor": "Explain what is wrong with this installation, if anything.",
    "config": "Show the configuration, and where each value comes from.",
    "migrate": "Bring the database to what this version expects.",
    "org": "Make an organisation with its first key and its owner, or list them.",
    "prices": "What vendors charge, and from when.",
    "simulate": "Play conversations from scenario files, in milliseconds.",
    "emulate": "Speak vendors' wire protocols on this machine, to build without keys.",
    "bench": "Measure latency, processor time and memory of this machine.",
}


class Lazy(TyperGroup):
    """A group that knows its commands' names and help, and imports the one that is called."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, text in COMMANDS.items():
            self.add_command(TyperCommand(name, help=text))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, command, rest = super().resolve_command(ctx, args)
        if name in COMMANDS:
            module = importlib.import_module(f"api.commands.{name}")
            command = typer.main.get_command(module.app)
            command.help = command.help or COMMANDS[name]
        return name, command, rest


app = typer.Typer(
    cls=Lazy,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"yingda {version('yingda-server')}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print it."),
) -> None:
    """Yingda 应答: a voice-AI platform of your own. Begin with `yingda serve`."""


def main() -> None:
    """The program's entry: a fault a person can mend is a sentence, not a traceback."""
    try:
        app()
    except YingdaError as error:
        print(f"yingda: {error.message}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
