"""What a person sees while an installation starts, runs and stops; plain text when not on a terminal."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from api.launcher.logs import Severity
from api.launcher.settings import LauncherSettings
from api.launcher.welcome import welcome

_STYLE = {"quiet": "", "warning": "yellow", "error": "red"}


class Terminal:
    """The `Screen` of `yingda serve`."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._quoted: dict[str, list[str]] = {}

    def begin(self, data: Path) -> None:
        self._console.print(Text.assemble(("Yingda 应答", "bold"), f" · data in {data}"))

    def ready(self, settings: LauncherSettings, data: Path, seconds: float, missing: Sequence[str]) -> None:
        """The last thing a newcomer reads before doing something."""
        self._console.print()
        if missing:
            self._line(
                "!", "bold yellow", f"started in {seconds:.1f} s, without {', '.join(missing)}: see above"
            )
        else:
            self._line("✓", "bold green", f"ready in {seconds:.1f} s")
        for line in welcome(settings, data):
            self._console.print(Text(line))

    def up(self, name: str, seconds: float, *, again: bool) -> None:
        words = f"{name} is back" if again else name
        self._line("✓", "green", f"{words:<16} {seconds:5.1f} s")

    def died(self, name: str, why: str, said: Sequence[str], *, pause: float) -> None:
        self._line("✗", "red", f"{name} died ({why}); starting it again in {pause:g} s")
        if said != self._quoted.get(name):  # what it says every time is read once
            self._quote(said)
        self._quoted[name] = list(said)

    def looping(self, name: str, why: str, said: Sequence[str], *, pause: float) -> None:
        self._line("✗", "bold red", f"{name} keeps dying ({why}). The rest runs on without it;")
        self._line(" ", "red", f"it is tried again every {pause:g} s. The last it said:")
        self._quote(said)

    def slow(self, name: str, seconds: float, said: Sequence[str]) -> None:
        self._line("!", "yellow", f"{name} is not ready after {seconds:.0f} s. The last it said:")
        self._quote(said)

    def echo(self, name: str, line: str, severity: Severity) -> None:
        self._console.print(Text(f"  {name} │ {line}", style=_STYLE[severity]))

    def note(self, text: str) -> None:
        self._console.print(Text(text))

    def _line(self, mark: str, style: str, text: str) -> None:
        self._console.print(Text.assemble((mark, style), " ", text))

    def _quote(self, said: Sequence[str]) -> None:
        for line in filter(str.strip, said):
            self._console.print(Text(f"  │ {line}", style="dim"))
