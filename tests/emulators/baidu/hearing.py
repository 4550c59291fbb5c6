"""One recognition: START, sound, FINISH. Nobody is greeted."""

import json
from typing import Any

from tests.emulators.ear import Ear, Heard
from tests.emulators.vendor import Desk

IDLE_S = 5.0
PAUSE_MS = 440
NOISE = "（噪音）"  # a sentence of the script in which nothing can be recognised
_PIDS = (15372, 1537, 17372, 1737, 15376, 19362)
_LARGEST = 6400  # bytes: 200 ms


async def listen(desk: Desk, account: dict[str, str]) -> None:
    """From START until everything has been said."""
    start = await desk.receive_json(IDLE_S)
    data = start.get("data", {})
    wrong = list(_mistakes(start, data))
    if wrong:
        desk.complain("; ".join(wrong))
        await desk.fail(-3008, "param error")
    if (str(data["appid"]), data["appkey"]) != (account["appId"], account["apiKey"]):
        await desk.fail(-3004, "Open api authentication failed")
    await desk.say({"type": "HEARTBEAT"}, "start")
    ear = desk.vendor.ear(16000, PAUSE_MS)
    while True:
        try:
            message = await desk.receive(IDLE_S)
        except TimeoutError:
            await desk.fail(-3101, "no audio for 5 seconds")
        if isinstance(message, bytes):
            if len(message) > _LARGEST or len(message) % 2:
                desk.complain(f"a frame of {len(message)} bytes")
            await _tell(desk, ear, ear.feed(message))
            continue
        kind = json.loads(message).get("type")
        if kind == "FINISH":
            break
        if kind != "HEARTBEAT":
            await desk.fail(-3014, "cancelled")
    await _tell(desk, ear, ear.finish())
    await desk.say({"type": "HEARTBEAT"}, "finish")
    await desk.hang_up()


def _mistakes(start: dict[str, Any], data: dict[str, Any]) -> Any:
    if start.get("type") != "START":
        yield f"{start.get('type')!r} instead of START"
    if type(data.get("appid")) is not int or not data.get("appkey") or not data.get("cuid"):
        yield "appid, appkey or cuid"
    if data.get("dev_pid") not in _PIDS or (data["dev_pid"] == 15376 and not data.get("user")):
        yield f"dev_pid {data.get('dev_pid')!r}"
    if data.get("format") != "pcm" or data.get("sample") != 16000:
        yield f"format {data.get('format')!r} at {data.get('sample')!r}"


async def _tell(desk: Desk, ear: Ear, heard: list[Heard]) -> None:
    session = {"log_id": 1000 + desk.number, "sn": desk.request.query.get("sn", "")}
    for one in heard:
        noise = one.text.startswith(NOISE)
        if one.end is None:
            if not noise:
                said = {"err_no": 0, "err_msg": "OK", "type": "MID_TEXT", "result": one.text}
                await desk.result({**said, **session})
            continue
        found = {"err_no": -3005, "err_msg": "asr server not find effective speech", "result": ""}
        if not noise:
            found = {"err_no": 0, "err_msg": "OK", "result": one.text}
        times = {"start_time": one.begin, "end_time": one.end}
        await desk.result({"type": "FIN_TEXT", **found, **times, **session})
