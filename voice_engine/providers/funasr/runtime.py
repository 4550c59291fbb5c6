"""The runtime server (C++ or Python): streaming words, then the corrected sentence. Pure.

`2pass-online` results are increments; a `2pass-offline` result replaces all of them since the last one. Its
`is_final` means different things in the two builds, so the mode alone decides.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from voice_engine.providers.duplex.codec import Heard, Message, Messages, Signal
from voice_engine.providers.funasr import failures
from voice_engine.providers.sentences import Sentence

CHUNK_MS = 60
RATES = (16000, 8000)
_WEIGHT = 20  # of a hot word


class RuntimeCodec:
    """One call: `is_speaking` turns false at each pause, and true again with the next sound."""

    def __init__(self, name: str, mode: str, words: Sequence[str], *, itn: bool) -> None:
        self._name, self._mode, self._words, self._itn = name, mode, words, itn
        self._speaking = True
        self._text = ""
        self._order = 0
        self._owed = 0
        self._ending = False

    def begin(self, rate: int) -> Messages:
        """Sound that arrives before this is dropped by the server."""
        asked: dict[str, Any] = {
            "mode": self._mode, "wav_name": self._name, "wav_format": "pcm", "audio_fs": rate,
            "is_speaking": True, "chunk_size": [5, 10, 5], "chunk_interval": 10,
            "encoder_chunk_look_back": 4, "decoder_chunk_look_back": 0, "itn": self._itn,
        }  # fmt: skip
        if self._words:
            asked["hotwords"] = orjson.dumps(dict.fromkeys(self._words, _WEIGHT)).decode()
        return (orjson.dumps(asked).decode(),)

    def audio(self, pcm: bytes) -> Messages:
        if self._speaking:
            return (pcm,)
        self._speaking = True
        return ('{"is_speaking":true}', pcm)

    def pause(self) -> Messages:
        self._speaking = False
        self._owed += 1
        return ('{"is_speaking":false}',)

    def end(self) -> Messages:
        self._ending = True
        self._owed += 1
        return ('{"is_speaking":false,"is_end":true}',)

    def receive(self, message: Message) -> Iterable[Heard]:
        said = orjson.loads(message)
        if said.get("is_end"):
            return (Signal.OVER,)
        mode, text = said["mode"], said["text"]
        if not isinstance(text, str):
            raise TypeError(text)
        if mode.endswith("online"):
            self._text += text
            return (Sentence(self._text, False, self._order),)
        return self._sentence(text)

    def closed(self, code: int, reason: str) -> Exception | None:
        return None if self._ending and self._owed <= 0 else failures.hung_up(code, reason)

    def _sentence(self, text: str) -> list[Heard]:
        self._text = ""
        self._order += 1
        self._owed = max(0, self._owed - 1)
        over: list[Heard] = [Signal.OVER] if self._ending and not self._owed else []
        return [Sentence(text, True, self._order - 1), *over]
