"""What the settings of a session may be. Pure: settings in, complaints out."""

from collections.abc import Callable
from typing import Any

Rule = Callable[[Any], bool]


def wrong_settings(kind: str, settings: object) -> list[str]:
    """What is wrong with `session` of a session.update for asr or tts; nothing if it may start."""
    if not isinstance(settings, dict):
        return ["session.update has no session"]
    rules, required = (_ASR, _ASR_REQUIRED) if kind == "asr" else (_TTS, _TTS_REQUIRED)
    found = [f"session.{name} is missing" for name in required if name not in settings]
    for name, value in settings.items():
        if name not in rules:
            found.append(f"session.{name} is unknown")
        elif not rules[name](value):
            found.append(f"session.{name} is {value!r}")
    return found


def _number(least: float, most: float) -> Rule:
    return lambda value: (
        isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
    )


def _text(longest: int) -> Rule:
    return lambda value: isinstance(value, str) and 0 < len(value) <= longest


def _transcription(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) - {"language", "corpus"}:
        return False
    corpus = value.get("corpus", {"text": ""})
    return isinstance(value.get("language", ""), str) and isinstance(corpus.get("text"), str)


def _detection(value: Any) -> bool:
    if value is None:
        return True
    known = {"type", "threshold", "prefix_padding_ms", "silence_duration_ms"}
    return (
        isinstance(value, dict)
        and not set(value) - known
        and value.get("type") == "server_vad"
        and _number(200, 6000)(value.get("silence_duration_ms", 800))
        and _number(-1, 1)(value.get("threshold", 0.2))
    )


_ASR_REQUIRED = ("input_audio_format", "sample_rate", "input_audio_transcription", "turn_detection")
_ASR: dict[str, Rule] = {
    "modalities": lambda value: value == ["text"],
    "input_audio_format": lambda value: value in ("pcm", "opus"),
    "sample_rate": lambda value: value in (8000, 16000),
    "input_audio_transcription": _transcription,
    "turn_detection": _detection,
}
_TTS_REQUIRED = ("voice", "mode", "response_format", "sample_rate")
_TTS: dict[str, Rule] = {
    "voice": _text(200),
    "mode": lambda value: value in ("commit", "server_commit"),
    "response_format": lambda value: value in ("pcm", "wav", "mp3", "opus"),
    "sample_rate": lambda value: value in (8000, 16000, 22050, 24000, 44100, 48000),
    "volume": _number(0, 100),
    "speech_rate": _number(0.5, 2.0),
    "pitch_rate": _number(0.5, 2.0),
    "bit_rate": _number(6, 510),
    "language_type": _text(20),
    "instructions": _text(1600),
    "optimize_instructions": lambda value: isinstance(value, bool),
    "enable_tn": lambda value: isinstance(value, bool),
}
