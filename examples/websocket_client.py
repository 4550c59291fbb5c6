"""Say a WAV file to a call and keep what it answers: websocket_client.py URL question.wav answer.wav"""

import asyncio
import json
import sys
import time
import wave

import websockets

FRAME = 640  # bytes: 20 ms at 16 kHz, 16 bit, mono; what a call speaks unless it was created otherwise


async def speak(call: websockets.ClientConnection, waiting: list[bytes]) -> None:
    due = time.monotonic()
    while True:  # a line is never empty: silence is sent too, and by the clock, or it comes ever later
        await call.send(waiting.pop(0).ljust(FRAME, b"\0") if waiting else bytes(FRAME))
        due += 0.02
        await asyncio.sleep(due - time.monotonic())


async def main(url: str, question: str, answer: str) -> None:
    with wave.open(question) as file:
        pcm = file.readframes(file.getnframes())
    waiting: list[bytes] = []
    replies, sound = 0, bytearray()
    async with websockets.connect(url) as call:
        speaking = asyncio.create_task(speak(call, waiting))
        async for message in call:
            if isinstance(message, bytes):
                sound += message
                continue
            match json.loads(message):
                case {"type": "transcript", "transcriptType": "final", "role": role, "transcript": text}:
                    print(f"{role}: {text}")
                case {"type": "speech-update", "role": "assistant", "status": "stopped"}:
                    replies += 1
                    if replies == 1:  # the greeting is over: ask
                        waiting += [pcm[i : i + FRAME] for i in range(0, len(pcm), FRAME)]
                    else:
                        await call.send(json.dumps({"type": "hangup"}))
        speaking.cancel()
    with wave.open(answer, "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(sound)


asyncio.run(main(*sys.argv[1:]))
