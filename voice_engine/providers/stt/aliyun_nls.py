"""Aliyun NLS's streaming recogniser (SpeechTranscriber).

Account: accessKeyId, accessKeySecret, appKey. The model, its language and its sample rate are set for the
appKey in Aliyun's console. Options: `region` (cn-shanghai, cn-beijing, cn-shenzhen), `sampleRate` (16000,
8000), `maxSentenceSilence` (ms of pause that end a sentence, 200–6000, 400), `finalWaitMs` (600),
`intermediateResults`, `punctuation`, `inverseTextNormalization` (all true), `disfluency` (false: leave out
fillers), `semanticSentenceDetection` (false; the vendor then decides by meaning and ignores the pause),
`multiThreshold` (false: cut over-long sentences), `speechNoiseThreshold` (−1…1), `vocabularyId`,
`customizationId`. Keywords have no effect without a vocabulary. Billed by seconds of sound.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from voice_engine.providers.aliyun_nls import LABEL, REGIONS, VENDOR, failures
from voice_engine.providers.aliyun_nls.errors import failed
from voice_engine.providers.aliyun_nls.gateway import Gateway
from voice_engine.providers.aliyun_nls.tasks import SUCCESS, Task
from voice_engine.providers.base import Capabilities, ProviderConfig
from voice_engine.providers.duplex.codec import PATIENCE, Heard, Message, Messages, Signal
from voice_engine.providers.duplex.stt import PlannedStt, SttPlan
from voice_engine.providers.options import Options
from voice_engine.providers.sentences import Sentence

_PAD_MORE_MS = 60
_FLAGS = {
    "intermediateResults": ("enable_intermediate_result", True),
    "punctuation": ("enable_punctuation_prediction", True),
    "inverseTextNormalization": ("enable_inverse_text_normalization", True),
    "disfluency": ("disfluency", False),
    "semanticSentenceDetection": ("enable_semantic_sentence_detection", False),
    "multiThreshold": ("enable_multi_thresh_mod", False),
}


class AliyunNlsStt(PlannedStt):
    """Partials replace, finals end a sentence; the vendor's ear ends them sooner after a Flush."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        options = Options(config, LABEL)
        rate = options.choice("sampleRate", 16000, (16000, 8000))
        pause_ms = options.whole("maxSentenceSilence", 400, 200, 6000)
        self.capabilities = Capabilities(sample_rates=(rate,), endpoints_itself=True)
        gateway = Gateway(config, options.choice("region", REGIONS[0], REGIONS))
        payload = {"format": "pcm", "sample_rate": rate, "max_sentence_silence": pause_ms, **_wishes(options)}
        self._plan = SttPlan(
            failures, gateway.dial, partial(_Codec, gateway.appkey, payload), (rate,),
            pad_ms=pause_ms + _PAD_MORE_MS,
            final_s=options.number("finalWaitMs", 600, 50, 5000) / 1000,
            patience=PATIENCE.at_most(config.timeout_s),
            stale=gateway.stale,
        )  # fmt: skip


def _wishes(options: Options) -> dict[str, Any]:
    wishes: dict[str, Any] = {theirs: options.flag(ours, it) for ours, (theirs, it) in _FLAGS.items()}
    if wishes["enable_semantic_sentence_detection"] and not wishes["enable_intermediate_result"]:
        raise options.bad("semanticSentenceDetection", "needs `intermediateResults`")
    if threshold := options.number("speechNoiseThreshold", 0, -1, 1):
        wishes["speech_noise_threshold"] = threshold
    for ours, theirs in (("vocabularyId", "vocabulary_id"), ("customizationId", "customization_id")):
        if named := options.text(ours):
            wishes[theirs] = named
    return wishes


class _Codec:
    """One transcription."""

    def __init__(self, appkey: str, payload: Mapping[str, Any]) -> None:
        self._task = Task(appkey, "SpeechTranscriber")
        self._payload = payload
        self._begin_ms: float | None = None

    def begin(self, rate: int) -> Messages:
        return (self._task.say("StartTranscription", self._payload),)

    def audio(self, pcm: bytes) -> Messages:
        return (pcm,)

    def pause(self) -> Messages:
        return ()

    def end(self) -> Messages:
        return (self._task.say("StopTranscription"),)

    def receive(self, message: Message) -> Iterable[Heard]:
        said = json.loads(message)
        header = said["header"]
        if header["status"] != SUCCESS:
            raise failed(header)
        return self._facts(header["name"], said.get("payload", {}))

    def closed(self, code: int, reason: str) -> Exception | None:
        return failures.hung_up(code, reason)

    def _facts(self, name: str, payload: dict[str, Any]) -> Iterator[Heard]:
        match name:
            case "TranscriptionStarted":
                yield Signal.READY
            case "SentenceBegin":
                self._begin_ms = payload["time"]
            case "TranscriptionResultChanged":
                yield from self._partial(payload["result"], payload["index"], self._begin_ms)
            case "SentenceEnd":
                begin, end = payload.get("begin_time", self._begin_ms), payload["time"]
                yield Sentence(payload["result"], True, payload["index"], begin, end)
                stash = payload.get("stash_result") or {}
                yield from self._partial(stash.get("text", ""), payload["index"] + 1, stash.get("beginTime"))
            case "TranscriptionCompleted":
                yield Signal.OVER

    def _partial(self, text: str, order: int, begin_ms: float | None) -> Iterator[Sentence]:
        """An empty one would take back what has been understood."""
        if text.strip():
            yield Sentence(text, False, order, begin_ms)
