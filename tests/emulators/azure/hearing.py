"""Recognition in turns. A turn ends after so many phrases; what comes under its name afterwards is lost."""

from tests.emulators.azure.frames import Message, object_of, ought_to_be, read, text
from tests.emulators.ear import Heard
from tests.emulators.vendor import Desk

IDLE_S = 30.0
_LARGEST = 64 * 1024


async def listen(desk: Desk, turns: dict[int, str], phrases_a_turn: int) -> None:
    """From speech.config to the end of the last turn; `turns` tells the name of the newest."""
    config = object_of(desk, await ought_to_be(desk, "speech.config"))
    if "system" not in config.get("context", {}):
        desk.complain("speech.config without context.system")
    first = True
    while await _Turn(desk, turns, phrases_a_turn, first=first).run():
        first = False


class _Turn:
    """One turn, under one name. Its times count from its own beginning."""

    def __init__(self, desk: Desk, turns: dict[int, str], phrases: int, *, first: bool) -> None:
        self._turns = turns
        self._desk, self._left, self._first = desk, phrases, first
        self._name = ""
        self._count = 0

    async def run(self) -> bool:
        """Whether another turn follows."""
        desk = self._desk
        ear = desk.vendor.ear(await self._described(), self._pause)
        await desk.say(text("turn.start", self._name, {"context": {"serviceTag": "tag"}}), self._point)
        while True:
            message = self._sound(read(desk, await desk.receive(IDLE_S)))
            if message is None:
                continue
            if not message:
                await self._tell(ear.finish())
                await desk.say(text("speech.endDetected", self._name, {"Offset": ear.position * 10_000}))
                await desk.say(text("turn.end", self._name, {}), "finish")
                await desk.receive(IDLE_S)
                return False
            await self._tell(ear.feed(message))
            if self._left <= 0:
                await desk.say(text("turn.end", self._name, {}))
                return True

    @property
    def _point(self) -> str | None:
        return "start" if self._first else None

    async def _described(self) -> int:
        """The rate, from the beginning of a WAVE file behind speech.context."""
        desk = self._desk
        message = read(desk, await desk.receive(IDLE_S))
        while message.path == "audio" and not self._first:  # sent before it knew that the turn was over
            message = read(desk, await desk.receive(IDLE_S))
        if message.path != "speech.context":
            desk.complain(f"{message.path} instead of speech.context")
        context = object_of(desk, message)
        self._name = self._turns[desk.number] = message.request
        detection = context.get("phraseDetection", {})
        mode = detection.get(detection.get("mode", ""), {})
        self._pause = mode.get("segmentation", {}).get("segmentationSilenceTimeoutMs", 650)
        wave = read(desk, await desk.receive(IDLE_S))
        head = bytes(wave.body) if isinstance(wave.body, bytes) else b""
        if wave.kind != "audio/x-wav" or len(head) != 44 or head[:4] + head[8:16] != b"RIFFWAVEfmt ":
            desk.complain(f"no RIFF header: {head[:16]!r}")
        if head[20:24] != b"\x01\x00\x01\x00" or head[34:36] != b"\x10\x00":
            desk.complain("not PCM16 mono")
        return int.from_bytes(head[24:28], "little")

    def _sound(self, message: Message) -> bytes | None:
        """None if it is of an earlier turn."""
        if message.path != "audio" or message.stream != "1" or not isinstance(message.body, bytes):
            self._desk.complain(f"{message.path} of stream {message.stream!r} in a turn")
            return None
        if len(message.body) % 2 or len(message.body) > 10 * _LARGEST:
            self._desk.complain(f"sound of {len(message.body)} bytes")
        return message.body if message.request == self._name else None

    async def _tell(self, heard: list[Heard]) -> None:
        for one in heard:
            begin, end = one.begin * 10_000, (one.position if one.end is None else one.end) * 10_000
            fields = {"Id": f"{self._count:032x}", "Offset": begin, "Duration": end - begin}
            if one.end is None:
                await self._desk.result(text("speech.hypothesis", self._name, {**fields, "Text": one.text}))
                continue
            best = {"Confidence": 0.9, "Lexical": one.bare, "ITN": one.bare, "Display": one.text}
            said = {**fields, "RecognitionStatus": "Success", "DisplayText": one.text, "NBest": [best]}
            await self._desk.result(text("speech.phrase", self._name, said))
            self._count, self._left = self._count + 1, self._left - 1
