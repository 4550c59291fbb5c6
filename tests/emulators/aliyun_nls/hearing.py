"""One transcription task."""

from typing import Any

from tests.emulators.aliyun_nls.grammar import Talk
from tests.emulators.ear import Ear, Heard

_LONGEST_MS = 100


async def transcribe(talk: Talk, payload: dict[str, Any], idle_s: float) -> None:
    """From StartTranscription to TranscriptionCompleted."""
    await _check(talk, payload)
    rate = payload["sample_rate"]
    ear = talk.desk.vendor.ear(rate, payload.get("max_sentence_silence", 800))
    chair = _Chair(talk, ear, partials=payload.get("enable_intermediate_result", False))
    await talk.tell("TranscriptionStarted", "start", session_id="s-1")
    while True:
        message = await talk.receive(idle_s)
        if isinstance(message, bytes):
            if len(message) % 2 or len(message) > rate * _LONGEST_MS // 1000 * 2:
                talk.desk.complain(f"a frame of {len(message)} bytes")
            await chair.tell(ear.feed(message))
        elif message["header"]["name"] == "StopTranscription" and "payload" not in message:
            break
        else:
            await talk.wrong(f"{message['header']['name']} in a transcription", 40010005)
    await chair.tell(ear.finish())
    await talk.tell("TranscriptionCompleted", "finish")


async def _check(talk: Talk, payload: dict[str, Any]) -> None:
    if payload.get("format") != "pcm" or payload.get("sample_rate") not in (8000, 16000):
        await talk.wrong(f"sound {payload.get('format')} at {payload.get('sample_rate')}", 41010101)
    if not 200 <= payload.get("max_sentence_silence", 800) <= 6000:
        await talk.wrong("max_sentence_silence out of range")
    for name in ("enable_intermediate_result", "enable_punctuation_prediction", "disfluency"):
        if not isinstance(payload.get(name, False), bool):
            await talk.wrong(f"{name} is no boolean")


class _Chair:
    """Where the sentences are told, each after its SentenceBegin."""

    def __init__(self, talk: Talk, ear: Ear, *, partials: bool) -> None:
        self._talk, self._ear, self._partials = talk, ear, partials
        self._begun = 0

    async def tell(self, heard: list[Heard]) -> None:
        for sentence in heard:
            index = sentence.number + 1
            if index > self._begun:
                self._begun = index
                await self._talk.tell("SentenceBegin", index=index, time=sentence.begin)
            if sentence.end is not None:
                await self._talk.result(
                    "SentenceEnd", index=index, time=sentence.end, begin_time=sentence.begin,
                    result=sentence.text, confidence=0.9, words=[],
                    stash_result={"sentenceId": index + 1, "beginTime": sentence.end, "text": ""},
                )  # fmt: skip
            elif self._partials:
                await self._talk.result(
                    "TranscriptionResultChanged", index=index, time=sentence.position, result=sentence.text,
                    confidence=0.8, words=[],
                )  # fmt: skip
