"""iFlytek's five recognisers; the model's name chooses.

Account: appId, apiKey, apiSecret; `rtasrApiKey` where the console shows another key for `rtasr`;
`accessKeyId` and `accessKeySecret` where it shows others for `ast`. Models: `rtasr` (default) and `ast` hear
the whole call over one connection and end sentences themselves; `iat` and `slm` take an utterance per
connection; `ist` is long dictation. Their options stand in iflytek_rtasr.py and iflytek_iat.py. Billed by
sound (rtasr, ast, ist) or by utterance (iat, slm); the vendor tells neither, so usage is an estimate.
"""

from collections.abc import AsyncIterator, Callable

from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import Capabilities, Flush, ProviderConfig, Stt, Transcript, Usage
from voice_engine.providers.duplex.stt import PlannedStt, SttPlan, warm_up
from voice_engine.providers.iflytek import VENDOR
from voice_engine.providers.segment import segmented
from voice_engine.providers.stt.iflytek_iat import iat, ist, slm
from voice_engine.providers.stt.iflytek_rtasr import ast, rtasr

DEFAULT_MODEL = "rtasr"
_MODELS: dict[str, Callable[[ProviderConfig], SttPlan]] = {
    "rtasr": rtasr, "ast": ast, "iat": iat, "slm": slm, "ist": ist,
}  # fmt: skip
_LONGEST_S = 55.0  # of an utterance in one connection, which the vendor ends at 60


class IflytekStt:
    """One of them."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        model = config.model or DEFAULT_MODEL
        if model not in _MODELS:
            known = ", ".join(_MODELS)
            raise BadRequest(
                "unknown_model", f"iFlytek's recognisers are {known}, not {model!r}.", field="model"
            )
        self._plan = _MODELS[model](config)
        line = _Line(self._plan)
        self._ear: Stt = segmented(line, _LONGEST_S) if self._plan.one_utterance else line

    @property
    def capabilities(self) -> Capabilities:
        """Those of the model."""
        return self._ear.capabilities

    def transcribe(self, frames: AsyncIterator[AudioFrame | Flush]) -> AsyncIterator[Transcript | Usage]:
        """Transcripts of mono PCM at one of the model's rates."""
        return self._ear.transcribe(frames)

    async def warm(self) -> None:
        """See Warms."""
        await warm_up(self._plan)


class _Line(PlannedStt):
    """One connection: a call, or an utterance."""

    vendor = VENDOR

    def __init__(self, plan: SttPlan) -> None:
        self._plan = plan
        self.capabilities = Capabilities(sample_rates=plan.rates, languages=("zh", "en", "yue"))
