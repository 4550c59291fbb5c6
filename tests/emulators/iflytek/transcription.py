"""Real-time transcription, standard and with a large model: sound as it is, whole sentences."""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any
from urllib.parse import quote

from tests.emulators.ear import MARKS, Ear, Heard, units
from tests.emulators.vendor import Desk, Message

IDLE_S = 15.0
PAUSE_MS = 360
LARGEST = 1280


async def listen(desk: Desk, query: dict[str, str], account: dict[str, str]) -> None:
    """From the greeting to the last result."""
    voice = _Large(desk, query, account) if "/ast/" in desk.request.path else _Standard(desk, query, account)
    if refusal := voice.refusal():
        await desk.fail(*refusal)
    await desk.say(voice.greeting(), "start")
    ear = desk.vendor.ear(16000, PAUSE_MS)
    while True:
        try:
            message = await desk.receive(IDLE_S)
        except TimeoutError:
            await desk.fail(37005, "Client idle timeout")
        if voice.is_end(message):
            break
        if not isinstance(message, bytes):
            desk.complain(f"a text message {message[:80]!r}")
            await desk.fail(10107, "illegal message")
        if len(message) > LARGEST or len(message) % 2:
            desk.complain(f"a frame of {len(message)} bytes")
        await _tell(desk, voice, ear, ear.feed(message))
    await _tell(desk, voice, ear, ear.finish())
    await desk.say(voice.wrap(voice.sentence("", ear.position, ear.position), last=True), "finish")
    await desk.hang_up()


async def _tell(desk: Desk, voice: "_Standard | _Large", ear: Ear, found: list[Heard]) -> None:
    for heard in found:
        await desk.result(voice.wrap(voice.sentence(heard.text, heard.begin, heard.end)))


class _Service:
    """What both have in common: the sentence, told whole each time; results are counted, not sentences."""

    leads = ""  # a mark that belongs to the sentence before

    def __init__(self, desk: Desk, query: dict[str, str], account: dict[str, str]) -> None:
        self._desk, self._query, self._account = desk, query, account
        self._now = desk.vendor.now()
        self.count = -1

    def sentence(self, text: str, begin: int, end: int | None) -> dict[str, Any]:
        """`cn`."""
        mark = self.leads if self.count > 0 else ""
        words = [
            {"cw": [{"w": word, "wp": "p" if word in MARKS else "n"}], "wb": 0, "we": 0}
            for word in _with_marks(mark + text)
        ]
        kind, until = ("1", 0) if end is None else ("0", end)
        return {"st": {"bg": str(begin), "ed": str(until), "type": kind, "rt": [{"ws": words}]}}


class _Standard(_Service):
    """rtasr."""

    def refusal(self) -> tuple[int, str] | None:
        missing = [name for name in ("appid", "ts", "signa", "lang") if not self._query.get(name)]
        if missing:
            self._desk.complain(f"without {missing}")
            return 10106, f"missing parameter {missing}"
        base = hashlib.md5(f"{self._query['appid']}{self._query['ts']}".encode()).hexdigest()
        signed = hmac.new(self._account["rtasrApiKey"].encode(), base.encode(), hashlib.sha1).digest()
        if abs(int(self._query["ts"]) - self._now) > 300:
            return 10105, "illegal access|ts is out of range"
        if self._query["appid"] != self._account["appId"]:
            return 10105, "illegal access|unknown app"
        if self._query["signa"] != base64.b64encode(signed).decode():
            return 10105, "illegal access|illegal signature"
        return None

    def greeting(self) -> dict[str, Any]:
        return {"action": "started", "code": "0", "data": "", "desc": "success", "sid": self._sid}

    def is_end(self, message: Message) -> bool:
        return isinstance(message, bytes) and message.replace(b" ", b"") == b'{"end":true}'

    def wrap(self, cn: dict[str, Any], *, last: bool = False) -> dict[str, Any]:
        self.count += 1
        data = json.dumps({"cn": cn, "seg_id": self.count, "ls": last}, ensure_ascii=False)
        return {"action": "result", "code": "0", "data": data, "desc": "success", "sid": self._sid}

    @property
    def _sid(self) -> str:
        return f"rta{self._desk.number:06d}"


class _Large(_Service):
    """ast."""

    leads = "，"

    def refusal(self) -> tuple[int, str] | None:
        needed = ("accessKeyId", "appId", "uuid", "utc", "lang", "audio_encode", "samplerate", "signature")
        missing = [name for name in needed if not self._query.get(name)]
        if missing:
            self._desk.complain(f"without {missing}")
            return 10106, f"missing parameter {missing}"
        sent = datetime.strptime(self._query["utc"], "%Y-%m-%dT%H:%M:%S%z").timestamp()
        if (self._query["audio_encode"], self._query["samplerate"]) != ("pcm_s16le", "16000"):
            self._desk.complain("the sound is PCM at 16 kHz")
            return 10107, "illegal parameter"
        given = {name: value for name, value in self._query.items() if name != "signature" and value}
        base = "&".join(f"{quote(k, safe='')}={quote(given[k], safe='')}" for k in sorted(given))
        signed = hmac.new(self._account["accessKeySecret"].encode(), base.encode(), hashlib.sha1).digest()
        mine = self._account["accessKeyId"], self._account["appId"], base64.b64encode(signed).decode()
        theirs = self._query["accessKeyId"], self._query["appId"], self._query["signature"]
        if mine != theirs:
            return 35001, "authentication failed"
        return (35014, "utc is out of range") if abs(sent - self._now) > 300 else None

    def greeting(self) -> dict[str, Any]:
        return {"msg_type": "action", "data": {"action": "started", "sessionId": self._session}}

    def is_end(self, message: Message) -> bool:
        if not isinstance(message, str):
            return False
        if json.loads(message) != {"end": True, "sessionId": self._session}:
            self._desk.complain(f"the end {message!r} of another session")
        return True

    def wrap(self, cn: dict[str, Any], *, last: bool = False) -> dict[str, Any]:
        self.count += 1
        return {"msg_type": "result", "res_type": "asr", "data": {"seg_id": self.count, "cn": cn, "ls": last}}

    @property
    def _session(self) -> str:
        return f"session-{self._desk.number}"


def _with_marks(text: str) -> list[str]:
    """Words with the blanks before them, marks on their own."""
    found, rest = [], text
    for unit in units(text):
        at = rest.index(unit)
        found += [*rest[:at], unit] if rest[:at].strip() else [rest[:at] + unit]
        rest = rest[at + len(unit) :]
    return found + list(rest)
