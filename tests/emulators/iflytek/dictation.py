"""Dictation: an utterance per socket, or (ist) many. What was understood is told in pieces and taken back."""

import base64
import binascii
import json
import re
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from tests.emulators.ear import Heard
from tests.emulators.vendor import Desk

IDLE_S = 10.0
LONGEST_S = 60.0
LARGEST = 1280  # bytes of sound in a message: 40 ms at 16 kHz
_SLIP = "呃"  # what a first guess ends with
_WORDS = re.compile(r"[\u3400-\u9fff]|\s*[^\s\u3400-\u9fff]+|\s+")
_SUB_PAUSE_MS = 360


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the first message asks for."""

    rate: int
    pause_ms: int
    times: bool
    endless: bool


class Form(Protocol):
    """The shape of the messages."""

    def open(self, message: dict[str, Any]) -> Wishes: ...

    def sound(self, message: dict[str, Any]) -> tuple[int, bytes]:
        """Status and PCM."""
        ...

    def result(self, result: dict[str, Any], status: int) -> dict[str, Any]: ...


class Wrong(Exception):
    """A mistake of the client that ends the session."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


async def listen(desk: Desk, query: dict[str, str], account: dict[str, str]) -> None:
    """From the first message to the last result."""
    path = desk.request.path
    form: Form = _Layered(desk, account) if path == "/v1" else _Flat(desk, account, path == "/v2/ist")
    try:
        await _Session(desk, form).run()
    except Wrong as wrong:
        desk.complain(str(wrong))
        await desk.fail(wrong.code, str(wrong))
    except TimeoutError:
        await desk.fail(10200, "read data timeout")
    await desk.hang_up()


class _Session:
    def __init__(self, desk: Desk, form: Form) -> None:
        self._desk, self._form = desk, form
        self._pieces = _Pieces()
        self._heard = False
        self._bytes = 0

    async def run(self) -> None:
        first = await self._desk.receive_json(IDLE_S)
        wishes = self._form.open(first)
        ear = self._desk.vendor.ear(wishes.rate, _SUB_PAUSE_MS if wishes.endless else wishes.pause_ms)
        await self._desk.say(self._form.result(self._pieces.nothing(), 0), "start")
        message, expected = first, 0
        while True:
            status, pcm = self._form.sound(message)
            if status not in (expected, 2):
                raise Wrong(10165, f"status {status} after {expected}")
            self._bytes += len(pcm)
            if not wishes.endless and self._bytes / 2 / wishes.rate > LONGEST_S:
                await self._desk.fail(10114, "session timeout")
            found = ear.feed(pcm) + (ear.finish() if status == 2 else [])
            if status == 2 and not any(heard.end is not None for heard in found):
                await self._last(None, wishes)
                return
            for heard in found:
                self._heard = True
                if heard.end is not None and (status == 2 or not wishes.endless):
                    await self._tell(replace(heard, text=heard.bare, end=None), wishes)
                    await self._last(heard, wishes)  # by the client's wish, or because nobody speaks any more
                    return
                await self._tell(heard, wishes)
            if not self._heard and not wishes.endless and ear.position >= wishes.pause_ms:
                await self._last(None, wishes)
                return
            message, expected = await self._desk.receive_json(IDLE_S), 1

    async def _tell(self, heard: Heard, wishes: Wishes) -> None:
        result = self._pieces.say(heard, last=False, times=wishes.times)
        if heard.end is not None:
            result["sub_end"] = True
            self._pieces.forget()
        await self._desk.result(self._form.result(result, 1))

    async def _last(self, heard: Heard | None, wishes: Wishes) -> None:
        result = self._pieces.say(heard, last=True, times=wishes.times) if heard else self._pieces.nothing()
        result["ls"] = True
        await self._desk.say(self._form.result(result, 2), "finish")


@dataclass(slots=True)
class _Piece:
    number: int
    right: str
    told: str


@dataclass(slots=True)
class _Pieces:
    """A first guess has a slip at its end, which the next result takes back, and so does the end."""

    _count: int = 0
    _pieces: list[_Piece] = field(default_factory=list)

    def nothing(self) -> dict[str, Any]:
        """A result without words."""
        return self._result("", "", [])

    def say(self, heard: Heard, *, last: bool, times: bool) -> dict[str, Any]:
        """What is new since the last time."""
        result = self._news(heard.text, whole=last or heard.end is not None)
        if times:
            end = heard.position if heard.end is None else heard.end
            result["vad"] = {"ws": [{"bg": heard.begin // 10, "ed": end // 10, "eg": 60.5}]}
        return result

    def forget(self) -> None:
        """The next sentence begins."""
        self._pieces = []

    def _news(self, text: str, *, whole: bool) -> dict[str, Any]:
        tail = text[len("".join(piece.right for piece in self._pieces)) :]
        slipped = bool(self._pieces) and self._pieces[-1].told != self._pieces[-1].right
        if whole and slipped:
            return self._instead(self._pieces, text)
        if slipped:
            return self._instead(self._pieces[-1:], self._pieces[-1].right + tail)
        return self._result("apd", tail, [], tail if whole or not tail else tail[:-1] + _SLIP)

    def _instead(self, old: list[_Piece], text: str) -> dict[str, Any]:
        taken = [old[0].number, old[-1].number]
        self._pieces = [piece for piece in self._pieces if piece not in old]
        return self._result("rpl", text, taken)

    def _result(self, how: str, right: str, taken: list[int], told: str | None = None) -> dict[str, Any]:
        self._count += 1
        told = right if told is None else told
        if how:
            self._pieces.append(_Piece(self._count, right, told))
        words = [{"bg": 0, "cw": [{"w": word, "sc": 0}]} for word in _WORDS.findall(told) or [""]]
        result: dict[str, Any] = {"sn": self._count, "ls": False, "bg": 0, "ed": 0, "ws": words}
        return {**result, "pgs": how or "apd", **({"rg": taken} if taken else {})}


class _Flat:
    """`common`, `business`, `data`."""

    def __init__(self, desk: Desk, account: dict[str, str], endless: bool) -> None:
        self._desk, self._account, self._endless = desk, account, endless
        self._format = ""

    def open(self, message: dict[str, Any]) -> Wishes:
        try:
            app, wishes, data = message["common"]["app_id"], message["business"], message["data"]
            self._format = data["format"]
            domains = ("ist_open", "ist_cbm_mix") if self._endless else ("iat",)
            if wishes["domain"] not in domains or wishes["dwa"] != "wpgs" or not wishes["language"]:
                raise Wrong(10163, f"business {wishes}")
        except KeyError as error:
            raise Wrong(10165, f"the first message is without {error}") from None
        if app != self._account["appId"]:
            raise Wrong(10313, "app_id does not match api_key")
        if self._format not in ("audio/L16;rate=16000", "audio/L16;rate=8000") or data["encoding"] != "raw":
            raise Wrong(10160, f"format {self._format} {data['encoding']}")
        pause = wishes.get("vad_eos", 2000)
        if not 0 < pause <= 10000:
            raise Wrong(10163, f"vad_eos {pause}")
        return Wishes(int(self._format.partition("=")[2]), pause, wishes.get("vinfo") == 1, self._endless)

    def sound(self, message: dict[str, Any]) -> tuple[int, bytes]:
        data = message["data"]
        if data["status"] == 1 and (data.get("format"), data.get("encoding")) != (self._format, "raw"):
            raise Wrong(10163, f"data {data.get('format')} {data.get('encoding')}")
        if data["status"] and set(message) != {"data"}:
            raise Wrong(10163, f"a later message with {set(message)}")
        return data["status"], _pcm(data["audio"])

    def result(self, result: dict[str, Any], status: int) -> dict[str, Any]:
        sid = f"iat{self._desk.number:06d}"
        return {"code": 0, "message": "success", "sid": sid, "data": {"status": status, "result": result}}


class _Layered:
    """`header`, `parameter`, `payload`; the result is base64."""

    def __init__(self, desk: Desk, account: dict[str, str]) -> None:
        self._desk, self._account = desk, account
        self._count = 0
        self._rate = 0

    def open(self, message: dict[str, Any]) -> Wishes:
        try:
            wishes, audio = message["parameter"]["iat"], message["payload"]["audio"]
            if wishes["domain"] != "slm" or wishes["result"] != _RESULT or not wishes["accent"]:
                raise Wrong(10163, f"parameter {wishes}")
            self._rate = audio["sample_rate"]
            if not 600 <= wishes["eos"] <= 60000:
                raise Wrong(10163, f"eos {wishes['eos']}")
        except KeyError as error:
            raise Wrong(10165, f"the first message is without {error}") from None
        if message["header"]["app_id"] != self._account["appId"]:
            raise Wrong(10313, "app_id does not match api_key")
        return Wishes(self._rate, wishes["eos"], wishes.get("vinfo") == 1, endless=False)

    def sound(self, message: dict[str, Any]) -> tuple[int, bytes]:
        header, audio = message["header"], message["payload"]["audio"]
        self._count += 1
        if audio["seq"] != self._count:
            raise Wrong(10163, f"seq {audio['seq']} instead of {self._count}")
        if header["status"] != audio["status"] or header["app_id"] != self._account["appId"]:
            raise Wrong(10163, f"header {header}")
        if self._count > 1 and "parameter" in message:
            raise Wrong(10163, "parameter after the first message")
        shape = audio["encoding"], audio["sample_rate"], audio["channels"], audio["bit_depth"]
        if shape != ("raw", self._rate, 1, 16) or self._rate not in (8000, 16000):
            raise Wrong(10160, f"audio {shape}")
        return header["status"], _pcm(audio["audio"])

    def result(self, result: dict[str, Any], status: int) -> dict[str, Any]:
        text = base64.b64encode(json.dumps(result, ensure_ascii=False).encode()).decode()
        packed = {"compress": "raw", "encoding": "utf8", "format": "json", "seq": result["sn"]}
        return {
            "header": {
                "code": 0,
                "message": "success",
                "sid": f"ase{self._desk.number:06d}",
                "status": status,
            },
            "payload": {"result": {**packed, "status": status, "text": text}},
        }


_RESULT = {"encoding": "utf8", "compress": "raw", "format": "json"}


def _pcm(audio: str) -> bytes:
    try:
        pcm = base64.b64decode(audio, validate=True)
    except binascii.Error:
        raise Wrong(10161, "not base64") from None
    if len(pcm) > LARGEST or len(pcm) % 2:
        raise Wrong(10043, f"{len(pcm)} bytes of sound in a message")
    return pcm
