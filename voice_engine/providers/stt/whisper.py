"""Any server with OpenAI's `/v1/audio/transcriptions`: speaches, vLLM, SiliconFlow, Groq, OpenAI itself.

Account: apiKey, if the server wants one. The model must be named, exactly as the server knows it. Options:
`url` (the server's base address, else WHISPER_BASE_URL), `prompt`, `temperature` (0–1), `answerSeconds`
(1–60, 10: until an utterance is understood), `longestSeconds` (5–600, 60: a longer utterance is sent in
parts), `silenceDb` (−96…0, −60: what stays softer is not sent). Keywords go into the prompt, or to models
that take them. Each utterance is one request when its end was heard, so there are no partials. Billed by
seconds of sound.
"""

from collections.abc import AsyncIterator
from typing import Any

from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Capabilities, Flush, ProviderConfig, Stt, Transcript, Usage
from voice_engine.providers.failures import Failures
from voice_engine.providers.openai_speech import models
from voice_engine.providers.openai_speech.files import FileStt, Form
from voice_engine.providers.options import Options
from voice_engine.providers.places import place
from voice_engine.providers.segment import segmented
from voice_engine.providers.warming import warmed

VENDOR, LABEL = "whisper", "Whisper server"


class WhisperStt:
    """One final for each Flush."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        self._stt = by_files(config, Failures(VENDOR, LABEL), config.model)

    @property
    def capabilities(self) -> Capabilities:
        """Any rate; utterances end by our Flush."""
        return self._stt.capabilities

    def transcribe(self, frames: AsyncIterator[AudioFrame | Flush]) -> AsyncIterator[Transcript | Usage]:
        """Transcripts of mono PCM at any rate, the same throughout."""
        return self._stt.transcribe(frames)

    async def warm(self) -> None:
        """See Warms."""
        await warmed(self._stt)


def by_files(config: ProviderConfig, failures: Failures, model: str) -> Stt:
    """An Stt that sends each utterance to such a server as a file."""
    options = Options(config, failures.label)
    where = place(config, failures.label)
    models.check(model, where.url)
    form = Form(
        where=where,
        key=config.api_key,
        fields={"model": model, "response_format": "json", **_fields(config, options, model)},
        answer_s=min(options.number("answerSeconds", 10, 1, 60), config.timeout_s),
        silence_db=options.number("silenceDb", -60, -96, 0),
    )
    return segmented(FileStt(failures, form), options.number("longestSeconds", 60, 5, 600))


def _fields(config: ProviderConfig, options: Options, model: str) -> dict[str, Any]:
    language = config.language.split("-")[0].lower()
    prompt, words = options.text("prompt"), list(config.keywords)
    fields: dict[str, Any] = {}
    if models.takes_languages(model):
        fields |= {"languages[]": [language]} if language else {}
        fields |= {"keywords[]": words} if words else {}
    else:
        fields |= {"language": language} if language else {}
        prompt = "，".join([prompt, *words] if prompt else words)
    temperature = options.number("temperature", 0, 0, 1)
    return (
        fields
        | ({"prompt": prompt} if prompt else {})
        | ({"temperature": str(temperature)} if temperature else {})
    )
