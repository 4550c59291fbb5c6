"""PocketSphinx decoders: 27 MB and 0.1 s each, so they are kept, lent for one utterance, and shared by all.

Everything here runs in one thread of the process. More threads would gain nothing: the binding keeps the GIL
while it decodes (measured: another thread gets 6 % of its time during one long `process_raw`). With a grammar
60 ms of sound hold the GIL for 0.7 ms, with keywords 3–8 ms, with the general model 10 ms and its end of an
utterance 150 ms: fit for trying out, not for many calls per process. Loading a decoder holds it for 0.1–0.3 s,
once per speaker who talks at the same time as others; `warm` does it before calls come.
"""

import math
import tempfile
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from voice_engine.providers.stt.jsgf import Grammar, plain

RATE = 16000
Kind = Literal["grammar", "keywords", "general"]

_MOST_SMALL = 24  # decoders without the general language model, 27 MB each
_MOST_GENERAL = 2  # with it, 90 MB each
_SEARCHES = 16  # grammars one decoder remembers
_WORST_NATS = -6.8  # per 10 ms: a worse word in a grammar's answer means that something else was said
_BEST_NATS = -2.0


class AllBusy(Exception):
    """As many people speak at once as there are decoders."""


class Refused(Exception):
    """PocketSphinx did not take the grammar; our reader should not have let it through."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to listen for: a grammar, keywords (words of the dictionary), or anything."""

    kind: Kind
    grammar: Grammar | None = None
    keywords: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """A name for PocketSphinx, the same for the same task."""
        told = self.grammar.text if self.grammar else "\n".join(self.keywords)
        return f"{self.kind}-{hash(told) & 0xFFFFFFFFFFFFFFFF:x}"


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
def _dictionary() -> bytes:
    import pocketsphinx

    return b"\n" + Path(pocketsphinx.get_model_path("en-us/cmudict-en-us.dict")).read_bytes()


@lru_cache(4096)
def phones(word: str) -> int:
    """How many phones the dictionary gives a word; 0 for an unknown one. Any thread."""
    found = _dictionary().find(b"\n" + word.encode() + b" ")
    if found < 0 or not word:
        return 0
    line = _dictionary()[found + 1 : _dictionary().index(b"\n", found + 1)]
    return len(line.split()) - 1


class Lent:
    """A decoder between the first sound of an utterance and its end."""

    def __init__(self, task: Task, small: bool) -> None:
        self._task, self._small = task, small
        self.decoder = _take(small)
        self._searches: OrderedDict[str, None] = _known.setdefault(id(self.decoder), OrderedDict())
        try:
            self._listen_for(task)
            self.decoder.start_utt()
        except BaseException:
            _free[small].append(self.decoder)
            raise

    def _listen_for(self, task: Task) -> None:
        if task.kind == "general":
            self.decoder.activate_search("_default")
            return
        if task.name not in self._searches:
            _add(self.decoder, task)
            self._searches[task.name] = None
        self._searches.move_to_end(task.name)
        self.decoder.activate_search(task.name)
        while len(self._searches) > _SEARCHES:
            self.decoder.remove_search(self._searches.popitem(last=False)[0])

    def feed(self, pcm: bytes) -> None:
        """Decode 16 kHz mono PCM."""
        self.decoder.process_raw(pcm, False, False)

    def partial(self) -> str:
        """What was understood so far."""
        found = self.decoder.hyp()
        return _words(found.hypstr) if found else ""

    def end(self) -> Heard:
        """The utterance is over; the decoder goes back."""
        self.decoder.end_utt()
        try:
            return _heard(self.decoder, self._task)
        finally:
            self._back()

    def drop(self) -> None:
        """Nobody wants to know any more."""
        self.decoder.end_utt()
        self._back()

    def _back(self) -> None:
        self.decoder.set_cmn(_CMN)  # else the next caller's first words are measured by this one's microphone
        _free[self._small].append(self.decoder)


_CMN = "40,3,-1,0,0,0,0,0,0,0,0,0,0"  # the model's own
_free: dict[bool, list[Any]] = {True: [], False: []}
_made: dict[bool, int] = {True: 0, False: 0}
_known: dict[int, OrderedDict[str, None]] = {}


def _take(small: bool) -> Any:
    if _free[small]:
        return _free[small].pop()
    if _made[small] >= (_MOST_SMALL if small else _MOST_GENERAL):
        raise AllBusy
    import pocketsphinx

    extra = {"lm": None} if small else {}
    decoder = pocketsphinx.Decoder(samprate=RATE, loglevel="FATAL", **extra)
    _made[small] += 1
    return decoder


def warm(count: int = 1) -> "Future[None]":
    """Load decoders for `count` simultaneous speakers now."""

    def load() -> None:
        taken = [_take(True) for _ in range(min(count, _MOST_SMALL) - len(_free[True]))]
        _free[True].extend(taken)

    return thread().submit(load)


def _add(decoder: Any, task: Task) -> None:
    try:
        if task.grammar:
            decoder.add_jsgf_string(task.name, task.grammar.text)
            return
        with tempfile.NamedTemporaryFile("w", suffix=".keywords") as file:
            for phrase in task.keywords:
                rare = max(1, sum(phones(word) for word in phrase.split()))
                file.write(f"{phrase} /1e-{rare}/\n")
            file.flush()
            decoder.add_kws(task.name, file.name)
    except (ValueError, RuntimeError) as error:
        raise Refused(str(error)) from error


def _heard(decoder: Any, task: Task) -> Heard:
    found = decoder.hyp()
    text = _words(found.hypstr) if found else ""
    if not text:
        return Heard("", 0.0)
    if task.grammar is None:
        return Heard(text, min(1.0, max(0.0, found.prob)) if task.kind == "general" else 1.0)
    worst = _worst_word(decoder)
    if worst < _WORST_NATS or not decoder.get_fsg(task.name).accept(found.hypstr):
        return Heard("", 0.0)
    sure = (worst - _WORST_NATS) / (_BEST_NATS - _WORST_NATS)
    return Heard(task.grammar.original.get(text, text), round(min(1.0, max(0.0, sure)), 3))


def _worst_word(decoder: Any) -> float:
    """Acoustic nats per 10 ms of the word that fits its sound least."""
    worst = 0.0
    for segment in decoder.seg():
        if not segment.word.startswith(("<", "(", "[")):
            frames = segment.end_frame - segment.start_frame + 1
            fit = math.log(segment.ascore) / frames if segment.ascore > 0 else -math.inf
            worst = min(worst, fit)
    return worst


def _words(raw: str) -> str:
    """Without the dictionary's marks of variants, such as `the(2)`."""
    return plain(raw)
