"""One recognition over the socket."""

import json

from tests.emulators.ear import Ear, Heard
from tests.emulators.vendor import Desk

IDLE_S = 15.0
_LARGEST = 1280 * 5  # bytes: 200 ms at 16 kHz


async def listen(desk: Desk, query: dict[str, str]) -> None:
    """From the welcome to the final message."""
    if query.get("voice_format") != "1":
        desk.complain(f"voice_format {query.get('voice_format')!r}, but the sound is PCM")
    rate = 8000 if query["engine_model_type"].startswith("8k") else 16000
    ear = desk.vendor.ear(rate, int(query.get("vad_silence_time", 1000)))
    voice_id = query["voice_id"]
    await desk.say({"code": 0, "message": "success", "voice_id": voice_id}, "start")
    count = 0
    while True:
        try:
            message = await desk.receive(IDLE_S)
        except TimeoutError:
            await desk.fail(4008, "no audio for 15 seconds")
        if isinstance(message, bytes):
            if len(message) > _LARGEST or len(message) % 2:
                desk.complain(f"a frame of {len(message)} bytes")
            count = await _tell(desk, voice_id, ear, ear.feed(message), count)
        elif json.loads(message) == {"type": "end"}:
            break
        else:
            await desk.fail(4010, "unknown text message")
    await _tell(desk, voice_id, ear, ear.finish(), count)
    final = {"code": 0, "message": "success", "voice_id": voice_id, "message_id": f"{voice_id}_end"}
    await desk.say({**final, "final": 1}, "finish")
    await desk.hang_up()


async def _tell(desk: Desk, voice_id: str, ear: Ear, heard: list[Heard], count: int) -> int:
    for sentence in heard:
        await desk.result(
            {
                "code": 0,
                "message": "success",
                "voice_id": voice_id,
                "message_id": f"{voice_id}_{count}_{sentence.number}",
                "result": {
                    "slice_type": 1 if sentence.end is None else 2,
                    "index": sentence.number,
                    "start_time": sentence.begin,
                    "end_time": sentence.position if sentence.end is None else sentence.end,
                    "voice_text_str": sentence.text,
                    "word_size": 0,
                    "word_list": [],
                },
            }
        )
        count += 1
    return count
