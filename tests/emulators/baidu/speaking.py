"""Voices: text that streams over a socket, and text2audio."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from tests.emulators.speaking import Sentences, pieces, tone
from tests.emulators.vendor import Desk

MOST = 1000  # characters of a message
MOST_HTTP = 1024  # bytes of a request, in GBK
CHUNK_S = 0.04
IDLE_S = 30.0
_RATES = (8000, 16000, 24000)


def rate_of(fields: Mapping[str, Any]) -> int | None:
    """The rate that is asked for; None if something about it is wrong."""
    try:
        spd, pit, vol, aue = (int(fields[name]) for name in ("spd", "pit", "vol", "aue"))
        rate = json.loads(fields["audio_ctrl"])["sampling_rate"]
    except (KeyError, TypeError, ValueError):
        return None
    fine = all(0 <= value <= 15 for value in (spd, pit, vol)) and rate in _RATES
    return rate if fine and aue == (5 if rate == 8000 else 4) else None


def speed_of(fields: Mapping[str, Any]) -> float:
    """5 is the voice's own."""
    return 0.5 + int(fields["spd"]) / 10


async def speak(desk: Desk) -> None:
    """From system.start to system.finished."""
    start = await desk.receive_json(IDLE_S)
    fields = start.get("payload", {})
    rate = rate_of(fields)
    if start.get("type") != "system.start" or rate is None:
        desk.complain(f"start {start}")
        await desk.fail(501, "param error")
        return
    session = {"headers": {"session_id": f"s-{desk.number}"}, "code": 0, "message": "success"}
    await desk.say({"type": "system.started", **session}, "start")
    sentences = Sentences()
    while True:
        message = await desk.receive_json(IDLE_S)
        match message.get("type"):
            case "text":
                text = message["payload"]["text"]
                if not 0 < len(text) <= MOST:
                    desk.complain(f"a text of {len(text)} characters")
                for sentence in sentences.feed(text):
                    await _say(desk, sentence, rate, speed_of(fields))
            case "system.finish":
                break
            case unknown:
                desk.complain(f"message {unknown!r}")
                await desk.fail(501, "param error")
    for sentence in sentences.rest():
        await _say(desk, sentence, rate, speed_of(fields))
    await desk.say({"type": "system.finished", **session}, "finish")
    await desk.hang_up()


async def _say(desk: Desk, sentence: str, rate: int, speed: float) -> None:
    for piece in pieces(tone(sentence, rate, speed).pcm, rate, CHUNK_S):
        await desk.result(piece)


def text_of(form: Mapping[str, Any]) -> str | None:
    """What text2audio is to say; None if it is not encoded twice, or too long."""
    encoded = str(form.get("tex", ""))
    text = unquote(encoded)
    if not re.fullmatch(r"[A-Za-z0-9%_.~-]+", encoded) or not text.strip():
        return None
    return text if len(text.encode("gbk", "replace")) <= MOST_HTTP else None
