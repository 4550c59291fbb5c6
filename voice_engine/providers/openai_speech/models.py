"""What must be known of OpenAI's speech models by name: when they end, and which have no ear for pauses."""

from datetime import date
from urllib.parse import urlsplit

from voice_engine.kernel.clock import SystemClock
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.openai_speech import LABEL, ORIGIN

# name → (the day it ends, what to use instead), as the vendor announced it in autumn 2026
_ENDS: dict[str, tuple[date, str]] = {
    "tts-1": (date(2027, 1, 6), "a voice of another vendor, or gpt-realtime-2.1-mini as the model"),
    "tts-1-hd": (date(2027, 1, 6), "a voice of another vendor, or gpt-realtime-2.1-mini as the model"),
    "gpt-4o-mini-tts": (date(2027, 1, 6), "a voice of another vendor, or gpt-realtime-2.1-mini as the model"),
    "whisper-1": (date(2027, 2, 26), "gpt-transcribe for files, gpt-live-transcribe for live sound"),
    "gpt-4o-transcribe": (date(2027, 2, 26), "gpt-live-transcribe"),
    "gpt-4o-mini-transcribe": (date(2027, 2, 26), "gpt-live-transcribe"),
    "gpt-4o-transcribe-diarize": (date(2027, 2, 26), "gpt-live-transcribe"),
}
WITHOUT_AN_EAR = ("gpt-realtime-whisper", "gpt-live-transcribe")  # they end no sentence by themselves
MANY_LANGUAGES = ("gpt-transcribe", "gpt-live-transcribe")  # they take `languages` and `keywords`


def check(model: str, url: str, today: date | None = None) -> str:
    """The model, which must be named: vendors' names come and go.

    Raises BadRequest, at the vendor's own address also for one that has ended: other servers may go on.
    """
    if not model:
        sentence = f"Name the `model`: {LABEL} and the servers that copy it have no lasting default."
        raise BadRequest("model_missing", sentence, field="model")
    end = _ENDS.get(model)
    if end and at_home(url) and (today or SystemClock().wall().date()) >= end[0]:
        raise BadRequest("model_retired", f"{LABEL} has retired {model}; use {end[1]}.", field="model")
    return model


def at_home(url: str) -> bool:
    """Whether an address is the vendor's own."""
    return urlsplit(url).hostname == urlsplit(ORIGIN).hostname


def without_an_ear(model: str) -> bool:
    """Whether a model has to be told where an utterance ends."""
    return model.startswith(WITHOUT_AN_EAR)


def takes_languages(model: str) -> bool:
    """Whether a model takes several languages, and words to expect."""
    return model.startswith(MANY_LANGUAGES)
