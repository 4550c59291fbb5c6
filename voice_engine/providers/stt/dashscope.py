"""Paraformer, Fun-ASR and Qwen-ASR through Aliyun's official DashScope SDK; the model's name chooses.

One task, or with Qwen-ASR one session, for the whole call. It hears everything, silence too; a Flush sends
the vendor's ear a pause at once instead of waiting for it, so that the final is there one round trip later
(see sentences.py). Billed are the seconds of sound sent, that pause included; Qwen-ASR does not tell them, so
its usage is estimated.

Options: `maxSentenceSilence` (ms of pause that end a sentence, 200–6000, 400), `finalWaitMs` (how late a
final may be after a Flush, 600), `padFlush` (true), `workspace`, and `parameters`, handed to the vendor as
they are. Paraformer and Fun-ASR: `vocabularyId` (hot words). Qwen-ASR: `context` (text that tells what is
talked about; keywords are added), `commitOnFlush` (false; true = our ear alone ends utterances).
"""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Capabilities, Flush, ProviderConfig, Transcript, Usage
from voice_engine.providers.dashscope_sdk import VENDOR, is_realtime
from voice_engine.providers.dashscope_sdk.config import account, language, options, patience
from voice_engine.providers.dashscope_sdk.ears import Ear, SessionEar, TaskEar
from voice_engine.providers.dashscope_sdk.hearing import Hearing, Setup
from voice_engine.providers.dashscope_sdk.links import knock_at
from voice_engine.providers.work import carry_out

DEFAULT_MODEL = "paraformer-realtime-v2"
PAD_MORE_MS = 60  # beyond the pause that ends a sentence, for the vendor's own frames

_PARAFORMER = ("zh", "en", "ja", "yue", "ko", "de", "fr", "ru")
_FUN_ASR = ("zh", "en", "ja")
_QWEN_ASR = (
    "zh", "yue", "en", "ja", "de", "ko", "ru", "fr", "pt", "ar", "it", "es", "hi", "id", "th", "tr", "uk",
    "vi",
)  # fmt: skip


class DashScopeStt:
    """A recogniser that ends sentences by itself and, sooner, when told that the speaker has stopped."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        model = config.model or DEFAULT_MODEL
        qwen = is_realtime(model)
        known = _QWEN_ASR if qwen else _FUN_ASR if model.startswith("fun-asr") else _PARAFORMER
        both = qwen or model == DEFAULT_MODEL
        rates = (8000,) if "8k" in model else (16000, 8000) if both else (16000,)
        chosen = options(config)
        pause_ms = chosen.whole("maxSentenceSilence", 400, 200, 6000)
        commits = chosen.flag("commitOnFlush", False) and qwen
        padded = chosen.flag("padFlush", True) and not commits
        self.capabilities = Capabilities(sample_rates=rates, languages=known, endpoints_itself=not commits)
        asked = _session(config, pause_ms, known, commits) if qwen else _task(config, pause_ms, known)
        ear: Callable[..., Ear] = SessionEar if qwen else TaskEar
        self._account = account(config)
        self._setup = Setup(
            partial(ear, self._account, model, asked, patience(config)),
            patience(config),
            model,
            rates,
            pad_ms=pause_ms + PAD_MORE_MS if padded else 0,
            wait_s=chosen.number("finalWaitMs", 600, 50, 5000) / 1000,
            commits=commits,
        )

    def transcribe(self, frames: AsyncIterator[AudioFrame | Flush]) -> AsyncIterator[Transcript | Usage]:
        """Transcripts of mono PCM at one of the promised rates, the same throughout."""
        return carry_out(Hearing(self._setup), frames)

    async def warm(self) -> None:
        """See Warms."""
        await knock_at(self._account)


def _task(config: ProviderConfig, pause_ms: int, known: tuple[str, ...]) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "format": "pcm",
        "max_sentence_silence": pause_ms,
        "semantic_punctuation_enabled": False,
        "heartbeat": True,
    }
    if hint := language(config, known):
        asked["language_hints"] = [hint]
    if vocabulary := options(config).text("vocabularyId"):
        asked["vocabulary_id"] = vocabulary
    return {**asked, **options(config).object("parameters")}


def _session(config: ProviderConfig, pause_ms: int, known: tuple[str, ...], commits: bool) -> dict[str, Any]:
    transcription: dict[str, Any] = {}
    if code := language(config, known):
        transcription["language"] = code
    if corpus := " ".join(x for x in (options(config).text("context"), *config.keywords) if x):
        transcription["corpus"] = {"text": corpus}
    return {
        "modalities": ["text"],
        "input_audio_format": "pcm",
        "input_audio_transcription": transcription,
        "turn_detection": None if commits else {"type": "server_vad", "silence_duration_ms": pause_ms},
        **options(config).object("parameters"),
    }
