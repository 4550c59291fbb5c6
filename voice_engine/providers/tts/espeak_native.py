"""The espeak-ng library: process-wide state that one thread owns, fed with one sentence at a time.

It synthesises some 900 times faster than real time (2.6 ms for 2.6 s of speech), so one thread serves every
call of a process and a caller waits at most for the sentences queued before its own.
"""

import ctypes
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache

_SYNCHRONOUS = 2
_UTF8 = 1
_CHUNK_MS = 60
_RATE, _VOLUME, _PITCH = 1, 2, 3
_END, _WORD = 0, 1
_OK = 0


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position_ms", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class UnknownVoice(Exception):
    """espeak-ng has no voice of this name."""


@dataclass(slots=True, eq=False)
class Sentence:
    """What to say and how. `sound` gets PCM16 at `Library.rate` in the library's thread.

    `words` fills with (character position from 0, sample) as words begin. Setting `cancelled` stops the
    synthesis at the next chunk.
    """

    text: str
    voice: str
    words_per_minute: int
    pitch: int
    volume: int
    sound: Callable[[bytes], None]
    words: list[tuple[int, int]] = field(default_factory=list)
    cancelled: bool = False


class Library:
    """espeak-ng, loaded and initialised; only ever touched by its own thread."""

    def __init__(self) -> None:
        import espeakng_loader  # here, because the thread loads it when the first sentence comes

        self._lib = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self.rate: int = self._lib.espeak_Initialize(_SYNCHRONOUS, _CHUNK_MS, data, 0)
        if self.rate <= 0:
            raise OSError("espeak-ng could not read its data files; reinstall the package espeakng-loader.")
        self._sentence: Sentence | None = None
        self._voice = ""
        self._callback = _Callback(self._heard)  # kept: ctypes does not hold the reference
        self._lib.espeak_SetSynthCallback(self._callback)

    def say(self, sentence: Sentence) -> None:
        """Synthesise; returns when the last sound has been handed out. Raises UnknownVoice."""
        if sentence.cancelled:
            return
        self._use(sentence.voice)
        settings = (_RATE, sentence.words_per_minute), (_PITCH, sentence.pitch), (_VOLUME, sentence.volume)
        for parameter, value in settings:
            self._lib.espeak_SetParameter(parameter, value, 0)
        text = sentence.text.replace("\0", " ").encode(errors="replace") + b"\0"
        self._sentence = sentence
        try:
            self._lib.espeak_Synth(text, ctypes.c_size_t(len(text)), 0, 0, 0, _UTF8, None, None)
        finally:
            self._sentence = None

    def _use(self, voice: str) -> None:
        if voice == self._voice:
            return
        self._voice = ""
        language, _, variant = voice.partition("+")
        names = (language, language.partition("-")[0])  # "fr-fr" is spoken by "fr"
        known = (f"{name}+{variant}" if variant else name for name in names)
        if not any(self._lib.espeak_SetVoiceByName(name.encode()) == _OK for name in known):
            raise UnknownVoice(voice)
        self._voice = voice

    def _heard(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, events: object) -> int:
        sentence = self._sentence
        if sentence is None or sentence.cancelled:
            return 1
        _note_words(sentence, events)
        if samples and count > 0:
            sentence.sound(ctypes.string_at(samples, 2 * count))
        return 0


def _note_words(sentence: Sentence, events: object) -> None:
    at = 0
    while events[at].type != _END:  # type: ignore[index]
        event: _Event = events[at]  # type: ignore[index]
        if event.type == _WORD:
            sentence.words.append((event.text_position - 1, event.sample))
        at += 1


@cache
def _thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="espeak")


@cache
def _library() -> Library:
    return Library()


def _say(sentence: Sentence) -> int:
    library = _library()
    library.say(sentence)
    return library.rate


def say(sentence: Sentence) -> "Future[int]":
    """Queue a sentence; the future gives the sample rate in Hz, or UnknownVoice or OSError."""
    return _thread().submit(_say, sentence)
