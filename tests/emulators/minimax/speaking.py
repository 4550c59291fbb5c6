"""T2A v2: the task that a client describes, and its texts as hex sound."""

import uuid
from collections.abc import Iterator
from typing import Any

from tests.emulators.speaking import billed, pieces, tone
from tests.emulators.vendor import Desk

RATES = (8000, 16000, 22050, 24000, 32000, 44100)
MOST = 10_000  # characters of a text
IDLE_S = 120.0
CHUNK_S = 0.2
OK = {"status_code": 0, "status_msg": "success"}


def mistakes(task: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the description of a task."""
    voice, sound = task.get("voice_setting") or {}, task.get("audio_setting") or {}
    mixed = task.get("timber_weights") or []
    if not str(task.get("model", "")).startswith("speech-"):
        yield f"model {task.get('model')!r}"
    if not voice.get("voice_id") and not mixed:
        yield "no voice"
    if len(mixed) > 4 or not all(1 <= each["weight"] <= 100 and each["voice_id"] for each in mixed):
        yield f"timber_weights {mixed}"
    if not 0.5 <= voice.get("speed", 1) <= 2 or not 0 < voice.get("vol", 1) <= 10:
        yield f"speed or vol of {voice}"
    if voice.get("pitch", 0) not in range(-12, 13):
        yield f"pitch {voice.get('pitch')!r}"
    if sound.get("sample_rate") not in RATES or sound.get("format") != "pcm" or sound.get("channel") != 1:
        yield f"audio_setting {sound}"


async def speak(desk: Desk) -> None:
    """From connected_success to task_finished, or until the client has gone."""
    session = {"session_id": f"s-{desk.number}", "trace_id": uuid.uuid4().hex, "base_resp": OK}
    await desk.say({"event": "connected_success", **session})
    task = await desk.receive_json(IDLE_S)
    wrong = ["task_start does not come first"] if task.get("event") != "task_start" else list(mistakes(task))
    if wrong:
        desk.complain("; ".join(wrong))
        await desk.fail(2013, wrong[0])
    await desk.say({"event": "task_started", **session}, "start")
    first = True
    while True:
        try:
            said = await desk.receive_json(IDLE_S)
        except TimeoutError:
            await desk.hang_up()
        match said.get("event"):
            case "task_continue":
                if not first:
                    desk.again()
                first = False
                await _read(desk, task, session, said.get("text"))
            case "task_finish":
                await desk.say({"event": "task_finished", **session})
                await desk.hang_up()
            case unknown:
                desk.complain(f"event {unknown!r}")
                await desk.fail(2013, "invalid params")


async def _read(desk: Desk, task: dict[str, Any], session: dict[str, Any], text: object) -> None:
    if not isinstance(text, str) or len(text) >= MOST or not text.strip():
        desk.complain(f"text {text!r}")
        await desk.fail(2013, "invalid params")
    spoken = tone(str(text), task["audio_setting"]["sample_rate"], task["voice_setting"]["speed"])
    rate = task["audio_setting"]["sample_rate"]
    head = {"event": "task_continued", **session}
    for chunk in pieces(spoken.pcm, rate, CHUNK_S):
        await desk.result({**head, "data": {"audio": chunk.hex()}, "is_final": False})
    data: dict[str, Any] = {"audio": ""}
    if task.get("subtitle_enable"):
        data["subtitle"] = {"text": text, "timestamped_words": [subtitle(word) for word in spoken.words]}
    last = {**head, "data": data, "is_final": True, "extra_info": extra(str(text), spoken.pcm, rate)}
    await desk.say(last, "finish")


def subtitle(word: dict[str, Any]) -> dict[str, Any]:
    """A word and when it is heard."""
    return {
        "word": word["text"],
        "word_begin": word["begin_index"],
        "word_end": word["end_index"],
        "time_begin": float(word["begin_time"]),
        "time_end": float(word["end_time"]),
    }


def extra(text: str, pcm: bytes, rate: int) -> dict[str, Any]:
    """What is told at the end of a text."""
    return {
        "audio_length": round(len(pcm) / 2 / rate * 1000),
        "audio_sample_rate": rate,
        "audio_size": len(pcm),
        "word_count": len(text),
        "usage_characters": billed(text),
        "audio_format": "pcm",
        "audio_channel": 1,
    }
