"""What the words alone say about the turn: is it over, does it go on, should we wait? Chinese and English.

Takes recognised text with or without punctuation. A recogniser's full stop is a hint, never proof: it stands
wherever the speaker drew breath. What is known of each language stands in `chinese` and `english`.
"""

import re
from typing import Literal

from voice_engine.listen import chinese, english, words, words_en
from voice_engine.listen.glyphs import GLYPH, PAUSE, core, either, led, units

Verdict = Literal["finished", "undecided", "unfinished", "wait"]

_GLYPHS = re.compile(f"[{GLYPH}]")
_LONGEST = 400  # characters; older words say nothing about the end of the turn


def speech_units(text: str) -> int:
    """How much was said: Chinese characters, Latin words and runs of digits count one each."""
    return units(text)


_NOISE = re.compile(rf"(?>(?:{either(words.NOISES)}){PAUSE}*)+")


def is_backchannel(text: str) -> bool:
    """Whether this is only a listener's noise: 嗯, 好的好的, uh-huh, right. Empty text is not."""
    return _NOISE.fullmatch(core(text)) is not None


_STOP = led(words.STOP_LEADS, either(words.STOPS))
_NOT_STOP = led(words.STOP_LEADS, either(words.NOT_STOPS))
_EN_STOP = led(words_en.STOP_LEADS, words_en.STOPS)


def is_stop_phrase(text: str) -> bool:
    """Whether the caller asks for silence, alone or before more words: 停, 等一下我有个问题, hold on."""
    said = core(text[:_LONGEST])
    if _EN_STOP.match(said):
        return True
    return _STOP.match(said) is not None and _NOT_STOP.match(said) is None


def classify(text: str) -> Verdict:
    """What the words say about the turn's end.

    finished: nothing is missing. unfinished: something is. wait: the caller asks for time. undecided: no
    evidence either way.
    """
    raw = text[-_LONGEST:].strip()
    said = core(raw)
    if not said:
        return "undecided"
    if _asks_for_time(said):
        return "wait"
    if said in words.HESITATIONS or raw[-1] in "，、：,:—-" or raw.endswith(("…", "...")):
        return "unfinished"
    if raw[-1] in "？?" or _NOISE.fullmatch(said):
        return "finished"
    stopped = raw[-1] in "。.！!；;"
    mixed = _GLYPHS.search(said) is not None  # 我想买 iPhone is built like Chinese
    language = english if said[-1].isalpha() and not mixed else chinese
    return language.verdict(said, stopped)


_CLAUSE = re.compile(r"[，。！？；,.!?;]\s*")


def _asks_for_time(said: str) -> bool:
    """All of it, or its last clause: 一三八一二三四，等一下啊."""
    last = _CLAUSE.split(said)[-1]
    return any(
        language.asks_for_time(words)
        for language in (chinese, english)
        for words in dict.fromkeys((said, last))
    )
