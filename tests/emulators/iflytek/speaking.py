"""The voices: one text per socket, or text as it comes."""

import base64
import json
from typing import Any

from tests.emulators.speaking import Sentences, pieces, tone
from tests.emulators.vendor import Desk

IDLE_S = 10.0
MOST = 8000  # bytes of text, or of its base64 where it comes in pieces
_PIECE_S = 0.1


async def speak(desk: Desk, query: dict[str, str], account: dict[str, str]) -> None:
    """tts: a request, sound, the end."""
    try:
        message = await desk.receive_json(IDLE_S)
    except TimeoutError:
        await desk.fail(10200, "read data timeout")
    wrong, text = _flat(message, account)
    if wrong:
        desk.complain(wrong[1])
        await desk.fail(*wrong)
    business = message["business"]
    rate = int(business["auf"].partition("=")[2])
    await desk.say(_frame(desk, b"", 1, 0), "start")
    spoken = tone(
        text, rate, 0.5 + business["speed"] / 100 if business["speed"] < 50 else business["speed"] / 50
    )
    for piece in pieces(spoken.pcm, rate, _PIECE_S):
        await desk.result(_frame(desk, piece, 1, len(text.encode())))
    await desk.say(_frame(desk, b"", 2, len(text.encode())), "finish")
    await desk.hang_up()


def _flat(message: dict[str, Any], account: dict[str, str]) -> tuple[tuple[int, str] | None, str]:
    """What is wrong with the request, and its text."""
    try:
        business, data = message["business"], message["data"]
        text = base64.b64decode(data["text"], validate=True).decode()
        if message["common"]["app_id"] != account["appId"]:
            return (10313, "app_id does not match api_key"), ""
        if data["status"] != 2 or business["aue"] != "raw" or business["tte"] != "UTF8":
            return (10163, f"request {business}"), ""
        if business["auf"] not in ("audio/L16;rate=16000", "audio/L16;rate=8000") or not business["vcn"]:
            return (10163, f"request {business}"), ""
        if not all(0 <= business[name] <= 100 for name in ("speed", "volume", "pitch")):
            return (10163, f"request {business}"), ""
    except (KeyError, ValueError) as error:
        return (10163, f"request without {error}"), ""
    if not text.strip() or len(text.encode()) > MOST:
        return (10163, f"{len(text)} characters"), ""
    return None, text


def _frame(desk: Desk, pcm: bytes, status: int, done: int) -> dict[str, Any]:
    data = {"audio": base64.b64encode(pcm).decode(), "status": status, "ced": str(done)}
    return {"code": 0, "message": "success", "sid": f"tts{desk.number:06d}", "data": data}


async def speak_as_it_comes(desk: Desk, query: dict[str, str], account: dict[str, str]) -> None:
    """super: text in pieces, each sentence spoken when it is whole."""
    booth = _Booth(desk, account)
    done = False
    while not done:
        try:
            message = await desk.receive_json(IDLE_S)
        except TimeoutError:
            await desk.fail(10200, "read data timeout")
        done = await booth.read(message)
    await booth.end()


class _Booth:
    """One session."""

    def __init__(self, desk: Desk, account: dict[str, str]) -> None:
        self._desk, self._account = desk, account
        self._sentences = Sentences()
        self._rate, self._count, self._sent, self._pace = 0, 0, 0, 1.0

    async def read(self, message: dict[str, Any]) -> bool:
        """Whether it was the last piece."""
        wrong = self._wrong(message)
        if wrong:
            self._desk.complain(wrong)
            await self._desk.fail(10163, wrong)
        if message["header"]["app_id"] != self._account["appId"]:
            await self._desk.fail(10313, "app_id does not match api_key")
        if self._count == 0:
            wishes = message["parameter"]["tts"]
            self._rate = wishes["audio"]["sample_rate"]
            self._pace = 0.5 + wishes["speed"] / 100 if wishes["speed"] < 50 else wishes["speed"] / 50
            await self._say(b"", 0, "start")
        self._count += 1
        text = base64.b64decode(message["payload"]["text"]["text"]).decode()
        for sentence in self._sentences.feed(text):
            await self._speak(sentence)
        return bool(message["header"]["status"] == 2)

    async def end(self) -> None:
        for sentence in self._sentences.rest():
            await self._speak(sentence)
        await self._say(b"", 2, "finish")
        await self._desk.hang_up()

    def _wrong(self, message: dict[str, Any]) -> str:
        header, text = message["header"], message["payload"]["text"]
        if header["status"] != text["status"] or text["seq"] != self._count:
            return f"status {header['status']}, {text['status']}, seq {text['seq']} of message {self._count}"
        if header["status"] not in ((1, 2) if self._count else (0, 2)):
            return f"status {header['status']} in message {self._count}"
        if (text["encoding"], text["compress"], text["format"]) != ("utf8", "raw", "plain"):
            return f"text {text}"
        if not 0 < len(text["text"]) <= MOST:
            return f"{len(text['text'])} bytes of base64"
        return self._wrong_wishes(message.get("parameter"))

    def _wrong_wishes(self, parameter: dict[str, Any] | None) -> str:
        if self._count:
            return "parameter after the first message" if parameter else ""
        wishes = (parameter or {}).get("tts", {})
        audio = wishes.get("audio", {})
        shape = audio.get("encoding"), audio.get("channels"), audio.get("bit_depth")
        if shape != ("raw", 1, 16) or audio.get("sample_rate") not in (8000, 16000, 24000):
            return f"audio {audio}"
        if not wishes.get("vcn") or not all(
            0 <= wishes[name] <= 100 for name in ("speed", "volume", "pitch")
        ):
            return f"tts {wishes}"
        if "oral" in (parameter or {}) and not wishes["vcn"].startswith(("x4_", "x5_")):
            return f"the voice {wishes['vcn']} is not spoken freely"
        return ""

    async def _speak(self, sentence: str) -> None:
        for piece in pieces(tone(sentence, self._rate, self._pace).pcm, self._rate, _PIECE_S):
            await self._say(piece, 1)

    async def _say(self, pcm: bytes, status: int, at: str | None = None) -> None:
        audio = {"encoding": "raw", "sample_rate": self._rate, "channels": 1, "bit_depth": 16}
        audio |= {
            "status": status,
            "seq": self._sent,
            "audio": base64.b64encode(pcm).decode(),
            "frame_size": 0,
        }
        header = {"code": 0, "message": "success", "sid": f"ase{self._desk.number:06d}", "status": status}
        self._sent += 1
        message = json.dumps({"header": header, "payload": {"audio": audio}})
        await (self._desk.result(message) if at is None else self._desk.say(message, at))  # type: ignore[arg-type]
