"""What `yingda talk` prints: the words as they come, then where the time went. Plain when not a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

Json = dict[str, Any]

SEGMENTS = (
    ("endpointingMs", "endpointing", "bright_black"),
    ("sttMs", "stt", "yellow"),
    ("thinkMs", "think", "magenta"),
    ("clauseMs", "clause", "blue"),
    ("ttsMs", "tts", "cyan"),
    ("playoutMs", "playout", "green"),
)
EIGHTHS = " ▏▎▍▌▋▊▉█"
WIDTH = 40  # columns of the longest turn


class Screen:
    """A live transcript: guesses in grey on the last line, what is certain above it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(Text(), console=console, transient=True, refresh_per_second=12)
        if console.is_terminal:
            self._live.start()

    def close(self) -> None:
        """Nothing is live any more."""
        if self._live.is_started:
            self._live.stop()

    def tell(self, message: Json, at: float) -> None:
        """A client message, `at` seconds into the call."""
        match message.get("type"):
            case "transcript" if message["role"] == "user":
                self._guess("You", message["transcript"])
            case "voice-input":
                self._say("You", message["input"], at)
            case "model-output":
                self._guess("Assistant", message["output"])
            case "transcript":
                self._say("Assistant", message["transcript"], at)
            case "queue-update":
                self._console.print(
                    Text(f"           (waiting, number {message['position']} in line)", "dim")
                )
            case "user-interrupted":
                self._console.print(Text("           (interrupted)", "red"))
            case "error":
                self._console.print(Text(f"! {message.get('message', '')}", "red"))

    def _guess(self, who: str, text: str) -> None:
        self._live.update(Text(f"         {who:>9}  {text}", "bright_black", no_wrap=True))

    def _say(self, who: str, text: str, at: float) -> None:
        self._live.update(Text())
        style = "cyan" if who == "You" else "green"
        line = Text.assemble((f"{at:7.1f}s ", "dim"), (f"{who:>9}  ", style), text)
        self._console.print(line, soft_wrap=True)


def waterfall(turns: list[Json]) -> list[Text]:
    """Each turn's segments on one scale: a line each, beginning where the one before ended."""
    longest = max((turn["turnLatency"] for turn in turns), default=0) or 1
    lines = []
    for number, turn in enumerate(turns, 1):
        mark = "  (interrupted)" if turn.get("interrupted") else ""
        lines += [Text(), Text(f"Turn {number}: heard after {turn['turnLatency']} ms{mark}", "bold")]
        begin = 0
        for name, title, style in SEGMENTS:
            took = turn["segments"].get(name, 0)
            bar = bars(begin, begin + took, longest)
            lines.append(Text.assemble(f"  {title:<12}", (bar.ljust(WIDTH + 1), style), f"{took:>6} ms"))
            begin += took
    return lines


def bars(begin: float, end: float, longest: float) -> str:
    """A bar from `begin` to `end` where `longest` fills WIDTH columns; its end is exact to an eighth."""
    first, last = int(begin / longest * WIDTH), end / longest * WIDTH
    if end <= begin:
        return ""
    whole, rest = divmod(round((last - first) * 8), 8)
    return " " * first + "█" * whole + (EIGHTHS[rest] if rest else "" if whole else EIGHTHS[1])


def closing(call: Mapping[str, Any], files: Mapping[str, str], url: str) -> list[Text]:
    """Duration, cost, and where everything is."""
    facts = {
        "Duration": f"{call.get('durationSeconds', 0):.1f} s",
        "Ended": str(call.get("endedReason", "")),
        "Cost": f"¥{call.get('cost', 0):.6f}",
        **files,
        "Recording": str(call.get("stereoRecordingUrl", "none was made")),
        "Transcript": f"{url}/v1/calls/{call['id']}",
    }
    return [Text(), *(Text.assemble((f"{name:<11}", "dim"), value) for name, value in facts.items())]
