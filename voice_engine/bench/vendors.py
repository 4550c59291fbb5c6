"""A recogniser, a model and a voice on loopback, each exactly as late as the plan says.

`python -m voice_engine.bench.vendors PORT PLAN_JSON`. The model speaks OpenAI's protocol over HTTP; the
recogniser and the voice speak small protocols of their own over WebSocket (see adapters.py).
"""

import asyncio
import dataclasses
import json
import sys
from collections.abc import AsyncIterator

import uvicorn
import uvloop
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse

from voice_engine.audio.level import rms
from voice_engine.bench.plan import REPLY, Plan

LOUD = 300.0
CHUNK_S = 0.1
HEARD = "请问你们几点开门。"


def build(plan: Plan) -> FastAPI:
    """The three vendors as one application."""
    app = FastAPI()

    @app.post("/v1/chat/completions")
    async def complete() -> StreamingResponse:
        return StreamingResponse(_tokens(plan), media_type="text/event-stream")

    @app.websocket("/stt")
    async def recognise(client: WebSocket) -> None:
        await client.accept()
        await _recognise(client, plan)

    @app.websocket("/tts")
    async def speak(client: WebSocket) -> None:
        await client.accept()
        await _speak(client, plan)

    return app


async def _tokens(plan: Plan) -> AsyncIterator[str]:
    await asyncio.sleep(plan.llm_first)
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number, char in enumerate(REPLY):
        await asyncio.sleep(max(0.0, began + number * plan.token - loop.time()))
        yield _chunk({"content": char}, None)
    yield _chunk({}, "stop")
    yield "data: [DONE]\n\n"


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


async def _speak(client: WebSocket, plan: Plan) -> None:
    """Sound `tts_first` after each text, then ten times faster than it is heard; an empty frame ends it."""
    tone = (3000).to_bytes(2, "little") * int(plan.rate * CHUNK_S)
    try:
        while True:
            text = await client.receive_text()
            await asyncio.sleep(plan.tts_first)
            for _ in range(max(1, round(len(text) * plan.char / CHUNK_S))):
                await client.send_bytes(tone)
                await asyncio.sleep(CHUNK_S / 10)
            await client.send_bytes(b"")
    except (WebSocketDisconnect, RuntimeError):
        pass


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
