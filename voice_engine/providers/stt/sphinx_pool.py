"""PocketSphinx decoders: 27 MB and 0.1 s each, so they are kept, lent for one utterance, and shared by all.

Everything here runs in one thread of the process. More threads would gain nothing: the binding keeps the GIL
while it decodes (measured: another thread gets 6 % of its time during one long `process_raw`). 60 ms of sound
hold the GIL for 1 ms with a dozen sentences, for up to 5 ms with five hundred or with keywords, for 10 ms
with the general model, and the end of its utterance for 150 ms: fit for trying out, not for many calls per
process. Loading a decoder holds it for 0.1–0.3 s, once per speaker who talks at the same time as others;
`warm` does it before calls come.
"""

import math
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from voice_engine.providers.stt.jsgf import Grammar, plain

RATE = 16000
Kind = Literal["sentences", "keywords", "general"]

_MOST_SMALL = 24  # decoders without the general language model, 27 MB each
_MOST_GENERAL = 2  # with it, 90 MB each
_SEARCHES = 16  # grammars one decoder remembers
_HISS = 50  # root mean square, −56 dBFS: the model was made from microphones and is lost in digital silence
_WORST_FIT = -5.2  # a worse word in a grammar's answer means that something else was said (pocketsphinx.py)
_BEST_FIT = -1.5
_SCALE = (
    1024  # without a lattice PocketSphinx gives scores as its acoustic model keeps them, shifted by ten bits
)
_GRACE = 6  # frames added to a word's length: in short words the edges weigh too much


class AllBusy(Exception):
    """As many people speak at once as there are decoders."""


class Refused(Exception):
    """PocketSphinx did not take the grammar; our reader should not have let it through."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to listen for: a grammar's sentences, a grammar's keywords, or, without a grammar, anything."""

    kind: Kind
    grammar: Grammar | None = None

    @property
    def name(self) -> str:
        """A name for PocketSphinx, the same for the same task."""
        return f"g{hash(self.grammar.text if self.grammar else '') & 0xFFFFFFFFFFFFFFFF:x}"


@dataclass(frozen=True, slots=True)
class Heard:
    """The end of an utterance; `text` is empty when nothing, or nothing of the task, was understood."""

    text: str
    confidence: float


@cache
def thread() -> ThreadPoolExecutor:
    """The one thread that touches decoders."""
    return ThreadPoolExecutor(1, thread_name_prefix="pocketsphinx")


@cache
def _hiss() -> np.ndarray:
    """A second of it, always the same: int32."""
    return np.random.default_rng(16).normal(0, _HISS, RATE).astype(np.int32)


@cache
def _dictionary() -> bytes:
    import pocketsphinx

    return b"\n" + Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict")).read_bytes()


@lru_cache(4096)
def knows(word: str) -> bool:
    """Whether the dictionary has the word. Any thread."""
    return bool(word) and b"\n" + word.encode() + b" " in _dictionary()


class Lent:
    """A decoder between the first sound of an utterance and its end.

    `voice` is what is known of the caller's voice and line (cepstral means); hand it to the next utterance.
    """

    def __init__(self, task: Task, voice: str = "") -> None:
        self._task, self._small = task, task.grammar is not None
        self._at = 0
        self.voice = voice or _UNKNOWN_VOICE
        self.decoder = _take(self._small)
        self._searches: OrderedDict[str, None] = _known.setdefault(id(self.decoder), OrderedDict())
        try:
            self._listen_for(task)
            self.decoder.set_cmn(self.voice)
            self.decoder.start_utt()
        except BaseException:
            _free[self._small].append(self.decoder)
            raise

    def _listen_for(self, task: Task) -> None:
        if task.grammar is None:
            self.decoder.activate_search("_default")
            return
        if task.name not in self._searches:
            _add(self.decoder, task.name, task.grammar)
            self._searches[task.name] = None
        self._searches.move_to_end(task.name)
        self.decoder.activate_search(task.name)
        while len(self._searches) > _SEARCHES:
            self.decoder.remove_search(self._searches.popitem(last=False)[0])

    def feed(self, pcm: bytes) -> None:
        """Decode 16 kHz mono PCM."""
        sound = np.frombuffer(pcm, "<i2") + np.resize(np.roll(_hiss(), -self._at), len(pcm) // 2)
        self._at = (self._at + len(sound)) % RATE
        self.decoder.process_raw(sound.clip(-32768, 32767).astype("<i2").tobytes(), False, False)

    def partial(self) -> str:
        """What was understood so far."""
        found = self.decoder.hyp()
        words = _words(found.hypstr) if found else []
        return " ".join(_spotted(words, self._task.grammar) if self._task.kind == "keywords" else words)

    def end(self) -> Heard:
        """The utterance is over; the decoder goes back."""
        self.decoder.end_utt()
        try:
            heard = _heard(self.decoder, self._task)
            if heard.text:
                self.voice = self.decoder.get_cmn(False)
            return heard
        finally:
            self._back()

    def drop(self) -> None:
        """Nobody wants to know any more."""
        self.decoder.end_utt()
        self._back()

    def _back(self) -> None:
        _free[self._small].append(self.decoder)


_UNKNOWN_VOICE = "40,3,-1,0,0,0,0,0,0,0,0,0,0"  # the model's own first guess
_free: dict[bool, list[Any]] = {True: [], False: []}
_made: dict[bool, int] = {True: 0, False: 0}
_known: dict[int, OrderedDict[str, None]] = {}


def _take(small: bool) -> Any:
    if _free[small]:
        return _free[small].pop()
    if _made[small] >= (_MOST_SMALL if small else _MOST_GENERAL):
        raise AllBusy
    import pocketsphinx

    # The best path through the lattice takes seconds when the grammar has a loop; the first pass is as good.
    extra = {"lm": None, "bestpath": False} if small else {}
    decoder = pocketsphinx.Decoder(samprate=RATE, loglevel="FATAL", **extra)
    _made[small] += 1
    return decoder


def warm(count: int = 1) -> "Future[None]":
    """Load decoders for `count` simultaneous speakers now."""

    def load() -> None:
        taken = [_take(True) for _ in range(min(count, _MOST_SMALL) - len(_free[True]))]
        _free[True].extend(taken)

    return thread().submit(load)


def _add(decoder: Any, name: str, grammar: Grammar) -> None:
    try:
        decoder.add_jsgf_string(name, grammar.text)
    except (ValueError, RuntimeError) as error:
        raise Refused(str(error)) from error


def _heard(decoder: Any, task: Task) -> Heard:
    found = decoder.hyp()
    words = _words(found.hypstr) if found else []
    if not words:
        return Heard("", 0.0)
    if task.grammar is None:
        return Heard(" ".join(words), min(1.0, max(0.0, found.prob)))
    fits = _fits(decoder)
    if task.kind == "keywords":
        return _keywords([(word, fit) for word, fit in fits if fit >= _WORST_FIT], task.grammar)
    worst = min(fit for _, fit in fits)
    if worst < _WORST_FIT or not decoder.get_fsg(task.name).accept(found.hypstr):
        return Heard("", 0.0)
    text = " ".join(words)
    return Heard(task.grammar.original.get(text, text), _sure(worst))


def _keywords(fits: Sequence[tuple[str, float]], grammar: Grammar) -> Heard:
    heard = _spotted([word for word, _ in fits], grammar)
    said = {word for phrase in heard for word in phrase.split()}
    return Heard(" ".join(heard), _sure(min((fit for word, fit in fits if word in said), default=_WORST_FIT)))


def _sure(fit: float) -> float:
    return round(min(1.0, max(0.0, (fit - _WORST_FIT) / (_BEST_FIT - _WORST_FIT))), 3)


def _fits(decoder: Any) -> list[tuple[str, float]]:
    """Each word with how well its sound fits it: acoustic nats per 10 ms, 0 being perfect."""
    fits = []
    for segment in decoder.seg():
        if not segment.word.startswith(("<", "(", "[")):
            frames = segment.end_frame - segment.start_frame + 1 + _GRACE
            nats = _SCALE * math.log(segment.ascore) if segment.ascore > 0 else -math.inf
            fits.append((plain(segment.word), nats / frames))
    return fits


def _spotted(words: Sequence[str], grammar: Grammar | None) -> list[str]:
    """The grammar's keywords among the words, in order, the longest first."""
    phrases = sorted(grammar.original if grammar else (), key=len, reverse=True)
    found, at = [], 0
    while at < len(words):
        rest = " ".join(words[at:]) + " "
        phrase = next((p for p in phrases if rest.startswith(p + " ")), "")
        if phrase:
            found.append(phrase)
        at += len(phrase.split()) or 1
    return found


def _words(raw: str) -> list[str]:
    """Without the dictionary's marks of variants, such as `the(2)`."""
    return plain(raw).split()
