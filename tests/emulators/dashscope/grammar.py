"""What a client of the task protocol may say. Pure: frames and parameters in, commands or complaints out."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

ACTIONS = ("run-task", "continue-task", "finish-task")
LARGEST_AUDIO = 16 * 1024
LONGEST_TEXT = 20_000
_TASK_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LANGUAGES = {"zh", "en", "ja", "yue", "ko", "de", "fr", "ru"}
_FORMATS = ("pcm", "wav", "mp3", "opus", "speex", "aac", "amr")
_RATES = (0, 8000, 16000, 22050, 24000, 44100, 48000)


class Malformed(Exception):
    """A frame that is no command; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Command:
    """One text frame of a client."""

    action: str
    task_id: str
    payload: Mapping[str, Any]

    @property
    def input(self) -> Mapping[str, Any]:
        found = self.payload.get("input")
        return found if isinstance(found, Mapping) else {}


def parse(text: str) -> Command:
    """The command in a text frame; raises Malformed."""
    try:
        frame = json.loads(text)
    except ValueError:
        raise Malformed("a text frame is not JSON") from None
    if not isinstance(frame, dict) or not isinstance(header := frame.get("header"), dict):
        raise Malformed("a text frame has no header")
    if header.get("action") not in ACTIONS:
        raise Malformed(f"header.action is {header.get('action')!r}")
    if not isinstance(header.get("task_id"), str) or not _TASK_ID.fullmatch(header["task_id"]):
        raise Malformed(f"header.task_id is {header.get('task_id')!r}")
    if header.get("streaming") != "duplex":
        raise Malformed(f"header.streaming is {header.get('streaming')!r}")
    if not isinstance(payload := frame.get("payload"), dict) or not isinstance(payload.get("input"), dict):
        raise Malformed(f"{header['action']} has no payload.input")
    return Command(header["action"], header["task_id"], payload)


def complaints(payload: Mapping[str, Any]) -> list[str]:
    """What is wrong with a run-task; nothing if it may start."""
    kind = (payload.get("task_group"), payload.get("task"), payload.get("function"))
    if kind == ("audio", "asr", "recognition"):
        rules = _ASR
    elif kind == ("audio", "tts", "SpeechSynthesizer"):
        rules = _TTS
    else:
        return [f"task_group, task, function are {kind}"]
    if not isinstance(payload.get("model"), str) or not payload["model"]:
        return [f"model is {payload.get('model')!r}"]
    parameters = payload.get("parameters")
    if not isinstance(parameters, dict):
        return ["run-task has no parameters"]
    missing = [name for name in _REQUIRED[payload["task"]] if name not in parameters]
    found = [f"the parameter {name} is missing" for name in missing]
    for name, value in parameters.items():
        rule = rules.get(name)
        if rule is None:
            found.append(f"the parameter {name} is unknown")
        elif not rule(value):
            found.append(f"the parameter {name} is {value!r}")
    return found


def wrong_pairing(model: str, voice: str) -> bool:
    """Whether the engine would refuse this voice for this model (error 418)."""
    if voice.startswith("cosyvoice-"):
        return not voice.startswith(f"{model}-")
    suffix = re.search(r"_v(\d)$", voice)
    generation = re.search(r"cosyvoice-v(\d)", model)
    if not generation:
        return False
    if suffix:
        return suffix[1] != generation[1]
    return generation[1] == "2"


def _is(*kinds: type) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


def _number(least: float, most: float, *, whole: bool = False) -> Callable[[Any], bool]:
    right = _is(int) if whole else _is(int, float)
    return lambda value: right(value) and least <= value <= most


def _one_of(*allowed: object) -> Callable[[Any], bool]:
    return lambda value: not isinstance(value, bool) and value in allowed


def _languages(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and set(value) <= _LANGUAGES


_REQUIRED = {"asr": ("format", "sample_rate"), "tts": ("voice", "format", "sample_rate")}
_ASR: dict[str, Callable[[Any], bool]] = {
    "format": _one_of(*_FORMATS),
    "sample_rate": _number(8000, 48000, whole=True),
    "vocabulary_id": _is(str),
    "disfluency_removal_enabled": _is(bool),
    "language_hints": _languages,
    "semantic_punctuation_enabled": _is(bool),
    "max_sentence_silence": _number(200, 6000, whole=True),
    "multi_threshold_mode_enabled": _is(bool),
    "punctuation_prediction_enabled": _is(bool),
    "inverse_text_normalization_enabled": _is(bool),
    "heartbeat": _is(bool),
    "speech_noise_threshold": _number(-1, 1),
}
_TTS: dict[str, Callable[[Any], bool]] = {
    "voice": lambda value: isinstance(value, str) and bool(value),
    "format": _one_of("Default", "pcm", "wav", "mp3", "opus"),
    "sample_rate": _one_of(*_RATES),
    "text_type": _one_of("PlainText", "SSML"),
    "volume": _number(0, 100, whole=True),
    "rate": _number(0.5, 2.0),
    "pitch": _number(0.5, 2.0),
    "seed": _number(0, 65535, whole=True),
    "type": _number(0, 9, whole=True),
    "bit_rate": _number(6, 510, whole=True),
    "instruction": lambda value: isinstance(value, str) and len(value) <= 128,
    "language_hints": _languages,
    "enable_ssml": _is(bool),
    "word_timestamp_enabled": _is(bool),
    "phoneme_timestamp_enabled": _is(bool),
    "enable_markdown_filter": _is(bool),
    "hot_fix": _is(dict),
}
