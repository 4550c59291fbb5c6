"""Are two readings of one utterance the same words? Decides whether a reply begun early is kept. Pure."""

import re
import unicodedata
from difflib import SequenceMatcher

_SAME = 0.95
_ALIKE = 0.5  # two readings of one beginning
_LONGEST = 2000  # characters; longer texts are compared exactly
_TOUCHED = 24  # characters between the common beginning and the common end that are looked at closely
_NOISE = re.compile(r"[\W_]+|(?<![a-z])(?:um|uh|er|erm|hmm)(?![a-z])")
_LEADING = re.compile(r"^[嗯呃额唔啊哦]+(?=.)")
_TRAILING = re.compile(r"(?<=.)[啊呀哦嗯呃额唔啦嘛哈]+$")
_FIGURES = str.maketrans("零〇幺一二两三四五六七八九", "0011223456789")
_TELLING = re.compile(r"[0-9不没别未无非勿吗谁哪几]|no|nt")


def plain(text: str) -> str:
    """Only what is spoken: no punctuation, blanks, case, width, hesitations, and one way to write figures."""
    text = unicodedata.normalize("NFKC", text).lower()
    text = _NOISE.sub("", text).translate(_FIGURES)
    return _TRAILING.sub("", _LEADING.sub("", text))


def same_enough(a: str, b: str) -> bool:
    """Whether an answer to `a` answers `b` too: equal when spoken, or at least 0.95 similar where the
    difference is no figure, negation or question word."""
    a, b = plain(a), plain(b)
    if a == b:
        return True
    longest = max(len(a), len(b))
    if not a or not b or longest > _LONGEST:
        return False
    left, right = _middles(a, b)
    if max(len(left), len(right)) > _TOUCHED or _TELLING.search(left) or _TELLING.search(right):
        return False
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    kept = len(a) - len(left) + sum(block.size for block in matcher.get_matching_blocks())
    return 2 * kept / (len(a) + len(b)) >= _SAME


def _middles(a: str, b: str) -> tuple[str, str]:
    """What is left of both without their common beginning and end."""
    shortest = min(len(a), len(b))
    head = 0
    while head < shortest and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < shortest - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    return a[head : len(a) - tail], b[head : len(b) - tail]


def beyond(given: str, said: str) -> str | None:
    """What `said` has more than `given`, an earlier reading of the same utterance; None if it is another."""
    known, now = _spoken(given), _spoken(said)
    if not now.startswith(known):
        near = SequenceMatcher(None, known[-_TOUCHED:], now[: len(known)][-_TOUCHED:], autojunk=False)
        if near.ratio() < _ALIKE:
            return None
    left = len(known)
    for place, char in enumerate(said):
        letters = len(_spoken(char))
        if letters and left <= 0:
            return said[place:]
        left -= letters
    return ""


def _spoken(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())
