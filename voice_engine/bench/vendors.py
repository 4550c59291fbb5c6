"""A recogniser, a model and a voice on loopback, each exactly as late as the plan says, and a log of when.

`python -m voice_engine.bench.vendors PORT PLAN_JSON`. The model speaks OpenAI's protocol over HTTP; the
recogniser and the voice speak small protocols of their own over WebSocket (see adapters.py). Every client
says which call it is: the model's name, the socket's path. Times are the machine's monotonic clock.
"""

import asyncio
import dataclasses
import json
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn
import uvloop
from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse

from voice_engine.audio.level import rms
from voice_engine.bench.plan import FIRST_SENTENCE, MARKS, Plan, level, reply

LOUD = 300.0
CHUNK_S = 0.1
HEARD = "请问你们几点开门。"


@dataclass(slots=True)
class Journal:
    """What was asked, when, and when the vendor had given its share."""

    asked: Counter[str] = field(default_factory=Counter)
    model: list[dict[str, Any]] = field(default_factory=list)  # call, mark, at, given (the first sentence)
    voice: list[dict[str, Any]] = field(default_factory=list)  # call, mark, at, given (the first sound)


def build(plan: Plan) -> FastAPI:
    """The three vendors as one application."""
    app, journal = FastAPI(), Journal()

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> StreamingResponse:
        at = time.monotonic()
        call = (await request.json())["model"]
        return StreamingResponse(_tokens(plan, journal, call, at), media_type="text/event-stream")

    @app.get("/journal")
    async def tell() -> dict[str, Any]:
        told = {"model": list(journal.model), "voice": list(journal.voice)}
        journal.model.clear()
        journal.voice.clear()
        return told

    @app.websocket("/stt/{call}")
    async def recognise(client: WebSocket, call: str) -> None:
        await client.accept()
        await _recognise(client, plan)

    @app.websocket("/tts/{call}")
    async def speak(client: WebSocket, call: str) -> None:
        await client.accept()
        await _speak(client, plan, journal, call)

    return app


async def _tokens(plan: Plan, journal: Journal, call: str, at: float) -> AsyncIterator[str]:
    number = journal.asked[call]
    journal.asked[call] += 1
    entry = {"call": call, "mark": number % len(MARKS), "at": at, "given": None}
    journal.model.append(entry)
    for count, char in enumerate(reply(number)):
        await _until(at + plan.llm_first + count * plan.token)
        if count == FIRST_SENTENCE - 1:
            entry["given"] = time.monotonic()
        yield _chunk({"content": char}, None)
    yield _chunk({}, "stop")
    yield "data: [DONE]\n\n"


async def _until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))


def _chunk(delta: dict[str, str], finish: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    body = {"id": "x", "object": "chat.completion.chunk", "created": 0, "model": "fixed", "choices": [choice]}
    return f"data: {json.dumps(body)}\n\n"


async def _recognise(client: WebSocket, plan: Plan) -> None:
    """A final `stt_final` after the last loud frame of an utterance.

    Like every recogniser it answers a flush with one final: the one that is on its way, else an empty one.
    """
    loop = asyncio.get_running_loop()
    due: asyncio.TimerHandle | None = None
    finals: asyncio.Queue[str] = asyncio.Queue()

    async def tell() -> None:
        while True:
            await client.send_json({"text": await finals.get(), "final": True})

    telling = asyncio.create_task(tell())
    try:
        while (message := await client.receive())["type"] == "websocket.receive":
            if (pcm := message.get("bytes")) is None:
                if due is None or due.when() <= loop.time():
                    finals.put_nowait("")
            elif rms(pcm) > LOUD:
                if due:
                    due.cancel()
                due = loop.call_later(plan.stt_final, finals.put_nowait, HEARD)
    except (WebSocketDisconnect, RuntimeError):
        pass
    finally:
        telling.cancel()
        if due:
            due.cancel()


async def _speak(client: WebSocket, plan: Plan, journal: Journal, call: str) -> None:
    """Texts `ID TEXT` in; out come frames of four bytes of ID and sound, the last one without sound.

    `ID` alone cancels. Several texts are spoken one after the other, each `tts_first` after it was asked.
    """
    queue: asyncio.Queue[tuple[int, str, float]] = asyncio.Queue()
    cancelled: set[int] = set()

    async def sound() -> None:
        while True:
            number, text, at = await queue.get()
            await _sound(client, plan, journal, (call, number, text, at), cancelled)

    sounding = asyncio.create_task(sound())
    try:
        while True:
            number, _, text = (await client.receive_text()).partition(" ")
            if text:
                queue.put_nowait((int(number), text, time.monotonic()))
            else:
                cancelled.add(int(number))
    except (WebSocketDisconnect, RuntimeError):
        pass
    finally:
        sounding.cancel()


async def _sound(
    client: WebSocket, plan: Plan, journal: Journal, asked: tuple[str, int, str, float], cancelled: set[int]
) -> None:
    """One text, ten times faster than it is heard."""
    call, number, text, at = asked
    head = number.to_bytes(4, "big")
    tone = head + level(text).to_bytes(2, "little") * int(plan.rate * CHUNK_S)
    entry = {"call": call, "mark": MARKS.find(text[:1]), "at": at, "given": None}
    journal.voice.append(entry)
    await _until(at + plan.tts_first)
    for _ in range(max(1, round(len(text) * plan.char / CHUNK_S))):
        if number in cancelled:
            break
        entry["given"] = entry["given"] or time.monotonic()
        await client.send_bytes(tone)
        await asyncio.sleep(CHUNK_S / 10)
    await client.send_bytes(head)


def main() -> None:
    """Serve until killed."""
    port, plan = int(sys.argv[1]), Plan(**json.loads(sys.argv[2]))
    config = uvicorn.Config(
        build(plan), host="127.0.0.1", port=port, log_level="warning", ws="websockets-sansio"
    )
    uvloop.run(uvicorn.Server(config).serve())


def arguments(port: int, plan: Plan) -> list[str]:
    """The command line of this process."""
    asked = json.dumps(dataclasses.asdict(plan))
    return [sys.executable, "-m", "voice_engine.bench.vendors", str(port), asked]


if __name__ == "__main__":
    main()
