"""One conversation from the command line, from the first request to the last line printed."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from api.commands.talking import screen
from api.commands.talking.conduct import Conduct, Verdict
from api.commands.talking.installation import Access, Installation
from api.commands.talking.keeping import require_writable
from api.commands.talking.line import Ear, Line, Mouth, dial
from api.commands.talking.mouths import Deaf, Recording, SoundCard, Typed
from api.commands.talking.sound import RATE, frames
from voice_engine.audio import wav
from voice_engine.kernel.errors import Unavailable

Json = dict[str, Any]

AUDIO = {"format": "pcm_s16le", "container": "raw", "sampleRate": RATE}
OUR_DOING = frozenset({"manually-canceled", "customer-ended-call"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person asked for; exactly one of `recording`, `text` and `mic`. Times in seconds."""

    access: Access
    recording: Path | None = None
    text: str = ""
    mic: bool = False
    assistant: str = ""
    out: Path | None = None
    stereo: Path | None = None
    after: float = 2.0
    patience: float = 15.0
    as_json: bool = False


async def talk(wish: Wish) -> None:
    """Raises YingdaError with a sentence when there was no conversation."""
    console = Console(quiet=wish.as_json, highlight=False)
    for path in filter(None, (wish.out, wish.stereo)):
        require_writable(path)
    with contextlib.ExitStack() as stack:
        mouth, ear = _person(wish, stack)
        async with Installation(wish.access) as installation:
            created = await installation.create(await installation.assistant_id(wish.assistant), AUDIO)
            line = await _hold(wish, created, mouth, ear, console)
            call = await installation.ended(created["id"])
            stereo = call.get("stereoRecordingUrl") if wish.stereo else None
            recording = await installation.download(stereo) if stereo else b""
    files = _keep(wish, line, recording)
    _report(wish, call, files, console)
    _complain(wish, line, call)


def _person(wish: Wish, stack: contextlib.ExitStack) -> tuple[Mouth, Ear]:
    if wish.mic:
        card = stack.enter_context(SoundCard())
        return card, card
    if wish.recording:
        return Recording(frames(wish.recording)), Deaf()
    return Typed(wish.text), Deaf()


async def _hold(wish: Wish, created: Json, mouth: Mouth, ear: Ear, console: Console) -> Line:
    view = screen.Screen(console)
    try:
        socket = await dial(created["transport"]["websocketCallUrl"])
        line = Line(socket, Conduct(wish.after, wish.patience), mouth, ear, view.tell)
        if wish.mic:
            console.print(Text("Speak. Ctrl-C hangs up. Without headphones it hears itself.", "dim"))
        with _hanging_up_on_interrupt(line):
            await line.hold()
    finally:
        view.close()
    return line


@contextlib.contextmanager
def _hanging_up_on_interrupt(line: Line) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, line.stop)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)


def _keep(wish: Wish, line: Line, recording: bytes) -> dict[str, str]:
    files: dict[str, str] = {}
    if wish.out:
        wish.out.write_bytes(wav.write(bytes(line.heard.pcm), RATE))
        files["Reply"] = str(wish.out)
    if wish.stereo and recording:
        wish.stereo.write_bytes(recording)
        files["Stereo"] = str(wish.stereo)
    return files


def _report(wish: Wish, call: Json, files: dict[str, str], console: Console) -> None:
    turns = (call.get("artifact") or {}).get("performanceMetrics", {}).get("turnLatencies", [])
    if wish.as_json:
        sys.stdout.write(json.dumps(_facts(call, turns, files), ensure_ascii=False, indent=2) + "\n")
        return
    for text in (*screen.waterfall(turns), *screen.closing(call, files, wish.access.url)):
        console.print(text, soft_wrap=True)


def _facts(call: Json, turns: list[Json], files: dict[str, str]) -> Json:
    names = ("id", "assistantId", "endedReason", "durationSeconds", "cost", "costs", "messages", "transcript")
    return {
        **{name: call.get(name) for name in names},
        "turns": turns,
        "recordingUrl": call.get("recordingUrl"),
        "stereoRecordingUrl": call.get("stereoRecordingUrl"),
        "files": {name.lower(): path for name, path in files.items()},
    }


def _complain(wish: Wish, line: Line, call: Json) -> None:
    """A conversation without an answer is a failure; its call and files are there all the same."""
    conduct = line.conduct
    if conduct.answers or (wish.mic and line.ended_reason in OUR_DOING):
        return
    if line.refusal:
        raise Unavailable("call_failed", line.refusal)
    if line.verdict is not Verdict.UNANSWERED:
        reason = line.ended_reason or call.get("endedReason")
        raise Unavailable("nobody_answered", f"Nobody answered: the call ended with {reason!r}.")
    if conduct.understood:
        what = f"{conduct.understood!r} was understood, but not answered within {wish.patience:g} s."
    else:
        what = "the assistant understood no words. Is it made for this language and these sentences?"
    raise Unavailable("nobody_answered", f"Nobody answered: {what}")
