"""Volcengine's (Doubao's) streaming recogniser: the large model, over binary frames.

Account: apiKey, or appId and accessToken. Model: `bigmodel` (default), `seedasr` (2.0), or a resource id of
the console (`volc.…`). Options: `billing` (`duration`, `concurrent`), `entrance` (`bigmodel_async`,
`bigmodel`), `endWindowMs` (ms of pause that end a sentence, 300–5000, 400), `forceToSpeechMs` (no end before
so much sound, 1000), `finalWaitMs` (800), `chunkMs` (of sound in a packet, 100–200, 100), `punctuation`,
`inverseTextNormalization` (true), `disfluency` (false: leave out fillers), `secondPass` (false: recognise a
sentence again when it has ended), `hotwordTable`, `gzip` (false). Keywords become hot words. Takes 16 kHz.
Billed by seconds of sound; a connection is one recognition.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from voice_engine.providers.base import Capabilities, ProviderConfig, Usage
from voice_engine.providers.duplex.codec import PATIENCE, Heard, Message, Messages, Signal
from voice_engine.providers.duplex.stt import PlannedStt, SttPlan
from voice_engine.providers.options import Options
from voice_engine.providers.sentences import Sentence
from voice_engine.providers.volcengine import LABEL, VENDOR, failures
from voice_engine.providers.volcengine.account import Caller
from voice_engine.providers.volcengine.errors import failed, refused
from voice_engine.providers.volcengine.frames import Frame, Kind, pack, said, unpack

DEFAULT_MODEL = "bigmodel"
RATE = 16000
_RESOURCES = {"bigmodel": "volc.bigasr.sauc", "seedasr": "volc.seedasr.sauc"}
_PAD_MORE_MS = 60
_NO_SPEECH = 1013  # an answer that only says so


class VolcengineStt(PlannedStt):
    """Partials replace, definite utterances are final; the vendor's ear ends them sooner after a Flush."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, LABEL)
        entrance = options.choice("entrance", "bigmodel_async", ("bigmodel_async", "bigmodel"))
        pause_ms = options.whole("endWindowMs", 400, 300, 5000)
        self.capabilities = Capabilities(sample_rates=(RATE,), endpoints_itself=True)
        caller = Caller(config, f"/api/v3/sauc/{entrance}", _resource(config, options), told_usage=False)
        request = _request(options, pause_ms, config.keywords)
        self._plan = SttPlan(
            failures, caller.dial, partial(_Codec, request, options.flag("gzip", False)), (RATE,),
            chunk_ms=options.whole("chunkMs", 100, 100, 200),
            pad_ms=pause_ms + _PAD_MORE_MS,
            final_s=options.number("finalWaitMs", 800, 50, 5000) / 1000,
            patience=PATIENCE.at_most(config.timeout_s),
            refused=refused,
        )  # fmt: skip


def _resource(config: ProviderConfig, options: Options) -> str:
    billing = options.choice("billing", "duration", ("duration", "concurrent"))
    model = config.model or DEFAULT_MODEL
    return f"{_RESOURCES[model]}.{billing}" if model in _RESOURCES else model


def _request(options: Options, pause_ms: int, keywords: tuple[str, ...]) -> dict[str, Any]:
    request: dict[str, Any] = {
        "model_name": "bigmodel",
        "enable_itn": options.flag("inverseTextNormalization", True),
        "enable_punc": options.flag("punctuation", True),
        "enable_ddc": options.flag("disfluency", False),
        "enable_nonstream": options.flag("secondPass", False),
        "show_utterances": True,
        "result_type": "single",
        "end_window_size": pause_ms,
        "force_to_speech_time": options.whole("forceToSpeechMs", 1000, 1, 10_000),
    }
    corpus: dict[str, str] = {}
    if table := options.text("hotwordTable"):
        corpus["boosting_table_name"] = table
    if keywords:
        words = {"hotwords": [{"word": word} for word in keywords]}
        corpus["context"] = json.dumps(words, ensure_ascii=False)
    return {**request, "corpus": corpus} if corpus else request


class _Codec:
    """One recognition; every packet has its number."""

    def __init__(self, request: Mapping[str, Any], gzip: bool) -> None:
        self._request, self._gzip = request, gzip
        self._number = 0
        self._ready = False

    def begin(self, rate: int) -> Messages:
        sound = {"format": "pcm", "codec": "raw", "rate": rate, "bits": 16, "channel": 1}
        what = {"user": {"uid": "yingda"}, "audio": sound, "request": self._request}
        return (pack(said(Kind.REQUEST, what, gzip=self._gzip, sequence=self._next())),)

    def audio(self, pcm: bytes) -> Messages:
        return (pack(Frame(Kind.SOUND, pcm, False, self._gzip, sequence=self._next())),)

    def pause(self) -> Messages:
        return ()

    def end(self) -> Messages:
        return (pack(Frame(Kind.SOUND, b"", False, self._gzip, last=True, sequence=-self._next())),)

    def receive(self, message: Message) -> Iterable[Heard]:
        frame = unpack(message)
        if frame.kind is Kind.ERROR:
            raise failed(frame.code, frame.payload.decode())
        return self._facts(frame)

    def closed(self, code: int, reason: str) -> Exception | None:
        return failures.hung_up(code, reason)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _facts(self, frame: Frame) -> Iterator[Heard]:
        answer = frame.read()
        code = answer.get("code", 0)
        if code and code != _NO_SPEECH and "result" not in answer:
            raise failed(code, str(answer.get("message", "")))
        if not self._ready:
            self._ready = True
            yield Signal.READY
        yield from _sentences(answer.get("result") or {})
        if frame.last:
            if duration := (answer.get("audio_info") or {}).get("duration"):
                yield Usage({"seconds": duration / 1000})
            yield Signal.OVER


def _sentences(result: Mapping[str, Any]) -> Iterator[Sentence]:
    """Utterances are told apart by when they begin; older definite ones may be repeated."""
    utterances = result.get("utterances") or ()
    for utterance in utterances:
        begin = utterance.get("start_time", -1)
        known = begin if begin >= 0 else None
        if utterance["text"]:
            yield Sentence(utterance["text"], utterance["definite"], known, known, utterance.get("end_time"))
    if not utterances and result.get("text"):
        yield Sentence(result["text"], False)
