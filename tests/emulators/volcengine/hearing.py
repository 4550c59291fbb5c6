"""One recognition."""

from typing import Any

from tests.emulators.ear import Ear, Heard
from tests.emulators.vendor import Desk
from tests.emulators.volcengine import wire

_RATE = 16000
_LARGEST = _RATE * 200 // 1000 * 2  # bytes of a packet of 200 ms
_SOUND = {"format": "pcm", "codec": "raw", "rate": _RATE, "bits": 16, "channel": 1}


async def listen(desk: Desk, *, gzip: bool, idle_s: float) -> None:
    """From the full client request to the last answer."""
    counter = _Counter(desk)
    asked = await _heard(desk, counter, idle_s)
    if asked.kind != 1:
        desk.complain("the first packet is no full client request")
        await desk.fail(45000001, "invalid request")
    request = await _checked(desk, asked.read())
    ear = desk.vendor.ear(_RATE, request.get("end_window_size", 800))
    chair = _Chair(desk, ear, counter, full=request.get("result_type") != "single", gzip=gzip)
    await desk.say(chair.answer([]), "start")
    while True:
        packet = await _heard(desk, counter, idle_s)
        if packet.kind != 2 or len(packet.payload) > _LARGEST or len(packet.payload) % 2:
            desk.complain(f"a packet of kind {packet.kind} with {len(packet.payload)} bytes")
        for sentence in ear.feed(packet.payload):
            await desk.result(chair.answer([sentence]))
        if packet.last:
            break
    rest = ear.finish()
    await desk.say(chair.answer(rest, last=True), "finish")
    await desk.hang_up()


async def _heard(desk: Desk, counter: "_Counter", idle_s: float) -> wire.Heard:
    try:
        message = await desk.receive(idle_s)
    except TimeoutError:
        await desk.fail(45000081, "[Timeout waiting next packet] waiting next packet timeout")
    try:
        packet = wire.hear(message if isinstance(message, bytes) else b"")
    except (wire.Broken, IndexError) as broken:
        desk.complain(f"a frame that is none: {broken}")
        await desk.fail(45000001, "invalid frame")
    counter.check(packet)
    return packet


async def _checked(desk: Desk, asked: dict[str, Any]) -> dict[str, Any]:
    request: dict[str, Any] = asked.get("request", {})
    if asked.get("audio") != _SOUND or not asked.get("user", {}).get("uid"):
        desk.complain(f"audio or user of {asked}")
        await desk.fail(45000151, "invalid audio format")
    if request.get("model_name") != "bigmodel" or not 300 <= request.get("end_window_size", 800) <= 5000:
        desk.complain(f"request {request}")
        await desk.fail(45000001, "invalid param")
    return request


class _Counter:
    """The client's numbers: 1, 2, 3 … and at last −n; or none at all but flags."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._next = desk, 1
        self.numbered: bool | None = None

    def check(self, packet: wire.Heard) -> None:
        if self.numbered is None:
            self.numbered = packet.number is not None
        due = -self._next if packet.last else self._next
        if self.numbered and packet.number != due and not (packet.last and packet.number is None):
            self._desk.complain(f"packet {packet.number} where {due} was due")
        if not self.numbered and packet.number is not None:
            self._desk.complain("a number after packets without")
        self._next += 1


class _Chair:
    """Answers: in `full` mode every utterance since the beginning is told again."""

    def __init__(self, desk: Desk, ear: Ear, counter: _Counter, *, full: bool, gzip: bool) -> None:
        self._desk, self._ear, self._counter = desk, ear, counter
        self._full, self._gzip = full, gzip
        self._done: list[dict[str, Any]] = []
        self._count = 0

    def answer(self, heard: list[Heard], *, last: bool = False) -> bytes:
        self._count += 1
        told = [_utterance(sentence) for sentence in heard]
        utterances = [*self._done, *told] if self._full else told
        self._done += [each for each in told if each["definite"]]
        result = {"text": "".join(each["text"] for each in utterances), "utterances": utterances}
        what = {"audio_info": {"duration": self._ear.position}, "result": result}
        number = self._count if self._counter.numbered else None
        return wire.answer(what, number, last=last, zipped=self._gzip)


def _utterance(sentence: Heard) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "start_time": sentence.begin,
        "end_time": sentence.position if sentence.end is None else sentence.end,
        "definite": sentence.end is not None,
        "words": [],
    }
