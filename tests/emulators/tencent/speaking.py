"""One synthesis over the socket."""

import uuid

from tests.emulators.speaking import Sentences, pieces, tone
from tests.emulators.vendor import Desk

RATES = ("8000", "16000", "24000")
MOST = 10_000  # characters of a session
IDLE_S = 600.0


async def speak(desk: Desk, query: dict[str, str]) -> None:
    """From ready to final."""
    if query["SampleRate"] not in RATES or query["Codec"] != "pcm" or not query["VoiceType"].isdigit():
        desk.complain(f"query {query}")
        await desk.fail(4001, "parameter")
    booth = _Booth(desk, query)
    await booth.say({"ready": 1}, "start")
    await booth.say({"heartbeat": 1})
    while True:
        message = await desk.receive_json(IDLE_S)
        if message.get("session_id") != query["SessionId"] or not message.get("message_id"):
            desk.complain(f"session or message id of {message}")
        match message.get("action"):
            case "ACTION_SYNTHESIS":
                await booth.read(message["data"])
            case "ACTION_COMPLETE":
                break
            case "ACTION_RESET":
                booth.sentences.rest()
                await booth.say({"reset": 1})
            case unknown:
                desk.complain(f"action {unknown!r}")
                await desk.fail(4010, "unknown text message")
    for sentence in booth.sentences.rest():
        await booth.speak(sentence)
    await booth.say({"final": 1}, "finish")
    await desk.hang_up()


class _Booth:
    """The voice of one session."""

    def __init__(self, desk: Desk, query: dict[str, str]) -> None:
        self._desk, self._session = desk, query["SessionId"]
        self._rate, self._timed = int(query["SampleRate"]), query.get("EnableSubtitle") == "True"
        self._characters = 0
        self._ms = 0.0
        self.sentences = Sentences()

    async def read(self, text: str) -> None:
        """More text; whole sentences are spoken."""
        self._characters += len(text)
        if self._characters > MOST:
            await self._desk.fail(4001, "text too long")
        for sentence in self.sentences.feed(text):
            await self.speak(sentence)

    async def speak(self, sentence: str) -> None:
        """Sound in messages of 40 ms, and when its words are heard."""
        spoken = tone(sentence, self._rate, 1.0)
        if self._timed:
            await self.say({"result": {"subtitles": [self._subtitle(word) for word in spoken.words]}})
        for piece in pieces(spoken.pcm, self._rate, 0.04):
            await self._desk.result(piece)
        self._ms += len(spoken.pcm) / 2 / self._rate * 1000

    def _subtitle(self, word: dict[str, int | str]) -> dict[str, int | str]:
        begin, end = round(self._ms + int(word["begin_time"])), round(self._ms + int(word["end_time"]))
        return {"Text": word["text"], "BeginTime": begin, "EndTime": end, "Phoneme": ""}

    async def say(self, more: dict[str, object], at: str | None = None) -> None:
        """A text message."""
        head = {
            "code": 0,
            "message": "",
            "session_id": self._session,
            "request_id": f"req-{self._desk.number}",
        }
        await self._desk.say({**head, "message_id": uuid.uuid4().hex, **more}, at)
