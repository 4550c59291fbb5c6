"""One synthesis task with streaming text."""

from typing import Any

from tests.emulators.aliyun_nls.grammar import Talk
from tests.emulators.speaking import Sentences, billed, pieces, tone

RATES = (8000, 16000, 24000, 48000)
MOST_AT_ONCE, MOST = 10_000, 100_000  # characters


async def synthesize(talk: Talk, payload: dict[str, Any], idle_s: float, from_sentence: bool) -> None:
    """From StartSynthesis to SynthesisCompleted."""
    await _check(talk, payload)
    booth = _Booth(talk, payload, from_sentence)
    await talk.tell("SynthesisStarted", "start")
    while True:
        message = await talk.receive(idle_s)
        if isinstance(message, bytes):
            await talk.wrong("sound for a voice", 40000002)
            return
        match message["header"]["name"]:
            case "RunSynthesis":
                await booth.read(message["payload"]["text"])
            case "StopSynthesis" if "payload" not in message:
                break
            case name:
                await talk.wrong(f"{name} in a synthesis", 40010005)
    for sentence in booth.sentences.rest():
        await booth.speak(sentence)
    await talk.tell("SynthesisCompleted", "finish", measureType="TextLength", measureLength=booth.measured)


async def _check(talk: Talk, payload: dict[str, Any]) -> None:
    if "text" in payload or payload.get("format") != "pcm" or payload.get("sample_rate") not in RATES:
        await talk.wrong(f"StartSynthesis with {payload}")
    for name, least, most in (("volume", 0, 100), ("speech_rate", -500, 500), ("pitch_rate", -500, 500)):
        if not least <= payload.get(name, 0) <= most:
            await talk.wrong(f"{name} out of range")


class _Booth:
    """The voice of one task."""

    def __init__(self, talk: Talk, payload: dict[str, Any], from_sentence: bool) -> None:
        self._talk, self._rate = talk, payload["sample_rate"]
        self._cosy = payload["voice"].startswith("long")
        self._timed = payload.get("enable_subtitle", False) and not self._cosy
        self._from_sentence = from_sentence
        self._index, self._ms = 0, 0.0
        self.measured = 0
        self.sentences = Sentences()

    async def read(self, text: str) -> None:
        """More text; whole sentences are spoken."""
        characters = billed(text) if self._cosy else len(text)
        self.measured += characters
        if characters > MOST_AT_ONCE or self.measured > MOST:
            await self._talk.wrong("too much text")
        for sentence in self.sentences.feed(text):
            await self.speak(sentence)

    async def speak(self, sentence: str) -> None:
        """Sound in messages of 40 ms; the first words are told beforehand, at the end all of them, again."""
        spoken = tone(sentence, self._rate, 1.0)
        begin = 0.0 if self._from_sentence else self._ms
        words = [self._subtitle(word, begin) for word in spoken.words]
        self._index += 1
        await self._talk.tell("SentenceBegin", index=self._index)
        if self._timed:
            await self._talk.tell("SentenceSynthesis", subtitles=words[:1])
        for piece in pieces(spoken.pcm, self._rate, 0.04):
            await self._talk.desk.result(piece)
        whole = {"text": sentence, "sentence": True, "begin_time": round(begin), "end_time": round(begin)}
        await self._talk.tell(
            "SentenceEnd", index=self._index, subtitles=[whole, *words] if self._timed else []
        )
        self._ms += len(spoken.pcm) / 2 / self._rate * 1000

    def _subtitle(self, word: dict[str, Any], begin: float) -> dict[str, Any]:
        times = {"begin_time": round(begin + word["begin_time"]), "end_time": round(begin + word["end_time"])}
        return {**word, **times, "sentence": False, "phoneme_list": []}
