"""sherpa-onnx in this process: streaming models, and SenseVoice or Paraformer utterance by utterance.

An extra: pip install 'yingda-server[sherpa]'. Model = the name of a directory under
YINGDA_SHERPA_ONNX_MODELS with `tokens.txt` and the model's `*.onnx` (int8 files are preferred). Options:
`type` (transducer, paraformer, zipformer2-ctc, nemo-ctc, wenet-ctc stream; sense-voice, offline-paraformer do
not; default: by the files), `threads` (1–8, 1). Language is a hint for sense-voice. Nothing is billed.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, TypeVar

import numpy as np

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import Capabilities, Flush, ProviderConfig, Transcript, Usage
from voice_engine.providers.failures import Failures
from voice_engine.providers.options import Options
from voice_engine.providers.sentences import join
from voice_engine.providers.stt.sherpa_models import TYPES, AllBusy, Model, decoders, find, load

VENDOR, LABEL = "sherpa-onnx", "sherpa-onnx"
_STEP_S = 0.2  # of sound in one visit to the thread
_TAIL_S = 0.66  # of silence after which a streaming model has said its last word
_LONGEST_S = 30.0  # of an utterance that is decoded as a whole
_failures = Failures(VENDOR, LABEL)
T = TypeVar("T")


class SherpaOnnxStt:
    """One final for each Flush; partials from models that stream."""

    vendor = VENDOR
    capabilities = Capabilities(sample_rates=(16000,), endpoints_itself=False)

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, LABEL)
        kind, threads = options.choice("type", "", ("", *TYPES)), options.whole("threads", 1, 1, 8)
        if config.keywords:
            raise BadRequest("bad_option", "sherpa-onnx takes no keywords here.", field="keywords")
        language = config.language.split("-")[0].lower()
        self._model = find(options.text("modelsDirectory"), config.model, kind, threads, language)
        self._patience_s = config.timeout_s

    async def transcribe(
        self, frames: AsyncIterator[AudioFrame | Flush]
    ) -> AsyncIterator[Transcript | Usage]:
        """Transcripts of mono PCM; the model resamples what is not at its rate."""
        ear = _Streaming(self._model) if self._model.streams else _Whole(self._model)
        seconds, shown = 0.0, ""
        async for item in frames:
            if isinstance(item, Flush):
                yield Transcript(await self._end(ear), True)
                yield Usage({"seconds": round(seconds, 2)})
                shown = ""
                continue
            seconds += item.seconds
            if ear.add(item) < _STEP_S:
                continue
            text = await self._visit(partial(ear.feed, ear.take()))
            if text and text != shown:
                shown = text
                yield Transcript(text, False)
        if text := await self._end(ear):
            yield Transcript(text, True)
        yield Usage({"seconds": round(seconds, 2)})

    async def _end(self, ear: "_Ear") -> str:
        return await self._visit(partial(ear.end, ear.take())) if ear.listening else ""

    async def _visit(self, step: Callable[[], T]) -> T:
        """What a step on the decoders' thread brings."""
        try:
            async with asyncio.timeout(self._patience_s):
                return await decoders().do(step)
        except TimeoutError:
            sentence = "It is too slow on this machine: use a smaller model or fewer calls."
            raise _failures.of("timeout", sentence) from None
        except AllBusy:
            raise _failures.of("rate_limit", "Too many people speak at once.") from None
        except (RuntimeError, ValueError) as error:  # how the package says that files are no model
            raise _failures.of("bad_request", f"The model cannot be used: {error}.") from error


class _Ear(ABC):
    """One caller. `add` and `take` belong to the event loop, `feed` and `end` to the decoders' thread."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._waiting = bytearray()
        self._rate = 16000
        self.listening = False

    def add(self, frame: AudioFrame) -> float:
        """Sound that has come; the seconds that wait."""
        if frame.channels != 1 or (self.listening and frame.rate != self._rate):
            raise _failures.of("invalid_audio", f"The sound changed to {frame.rate} Hz.")
        self._waiting += frame.pcm
        self._rate, self.listening = frame.rate, True
        return len(self._waiting) / 2 / self._rate

    def take(self) -> np.ndarray:
        """What waits, as the package wants it."""
        samples = np.frombuffer(bytes(self._waiting), "<i2").astype(np.float32) / 32768
        self._waiting.clear()
        return samples

    @abstractmethod
    def feed(self, sound: np.ndarray) -> str:
        """The words so far, if the model tells them."""

    @abstractmethod
    def end(self, sound: np.ndarray) -> str:
        """All of the utterance; the next one begins afresh."""


class _Streaming(_Ear):
    """A model that tells words as they come."""

    _stream: Any = None

    def feed(self, sound: np.ndarray) -> str:
        recogniser = load(self._model)
        self._stream = self._stream or recogniser.create_stream()
        self._stream.accept_waveform(self._rate, sound)
        while recogniser.is_ready(self._stream):
            recogniser.decode_stream(self._stream)
        return _plain(recogniser.get_result(self._stream))

    def end(self, sound: np.ndarray) -> str:
        tail = np.zeros(int(self._rate * _TAIL_S), np.float32)
        text = self.feed(np.concatenate((sound, tail)))
        self._stream, self.listening = None, False
        return text


class _Whole(_Ear):
    """A model that wants the whole utterance; a long one is decoded in parts."""

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self._sound: list[np.ndarray] = []
        self._samples = 0
        self._text = ""

    def feed(self, sound: np.ndarray) -> str:
        self._sound.append(sound)
        self._samples += len(sound)
        if self._samples >= self._rate * _LONGEST_S:
            self._decode()
        return ""

    def end(self, sound: np.ndarray) -> str:
        self.feed(sound)
        self._decode()
        text, self._text, self.listening = self._text, "", False
        return text

    def _decode(self) -> None:
        if self._samples:
            recogniser = load(self._model)
            stream = recogniser.create_stream()
            stream.accept_waveform(self._rate, np.concatenate(self._sound))
            recogniser.decode_stream(stream)
            self._text = join(self._text, _plain(stream.result.text))
        self._sound, self._samples = [], 0


def _plain(text: str) -> str:
    """Some models mark blanks by a sign of their own."""
    return text.replace("▁", " ").strip()
