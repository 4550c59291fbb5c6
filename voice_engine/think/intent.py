"""What a sentence is about, without a model: likeness by characters, and the facts it states. Pure.

Chinese is compared by pairs of characters, other scripts by triples within longer words, so that inflections,
compounds and mishearings still resemble what was meant.
"""

import re
import unicodedata
from functools import lru_cache

_RUNS = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+")
_ALTERNATIVES = re.compile(r"[,，、/|;；]")
_WHOLE = 4  # letters of a word too short to be taken apart: "art" is not in "start"
_PHRASE = 60  # characters
_LONGEST = 200  # characters of a known sentence
_CONSIDERED = 2000  # characters of a text
_OF_TEXT = 0.85  # a short question inside a long description is a little less sure than the reverse
_EMPTY_WORDS = re.compile(
    r"我(?:想要|想|要)|请问|麻烦|帮我|给我|你们|你好|您好|一下|可以|怎么|什么|一个|这个|那个|[您你我吗呢吧了的啊嗯]"
    r"|\b(?:i|me|my|you|your|we|a|an|the|to|of|on|in|for|is|it|do|does|can|could|would|want|need|like|"
    r"please|how|what|hello|hi|with|about|have|get|help)\b"
)
# Bounded everywhere: this runs on the media path, and on words that strangers choose.
_FACTS = {
    "email": re.compile(
        r"(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}"
    ),
    "idCard": re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])"),
    "phone": re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)|\+\d[\d -]{7,16}\d"),
    "plate": re.compile(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}"
    ),
    "amount": re.compile(
        r"[¥￥$€£]\s?\d[\d,]{0,15}(?:\.\d{1,4})?(?:万|k)?|(?<![\d,.])\d[\d,]{0,15}(?:\.\d{1,4})?\s?(?:万元|万|元|块|yuan|dollars|rmb)",
        re.IGNORECASE,
    ),
    "date": re.compile(
        r"(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]|\d{4}-\d{1,2}-\d{1,2}|今天|明天|后天|昨天|(?:下|上|这)?(?:周|星期)[一二三四五六日天]"
        r"|\b(?:today|tomorrow|yesterday|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
        re.IGNORECASE,
    ),
    "number": re.compile(r"(?<![0-9A-Za-z])(?=[A-Z0-9-]{0,26}\d{4})[A-Z0-9][A-Z0-9-]{5,29}(?![0-9A-Za-z])"),
}


class Heard:
    """A sentence, prepared once for being compared with many phrases."""

    def __init__(self, text: str) -> None:
        self._text = _plain(text)
        self._grams = _grams(self._text)
        self._meant = _grams(_EMPTY_WORDS.sub(" ", self._text))

    def likeness(self, phrase: str) -> float:
        """How surely the sentence speaks of `phrase`, 0..1. Commas in `phrase` separate alternatives."""
        return max((self._likeness(part) for part in _alternatives(phrase)), default=0.0)

    def sameness(self, other: str) -> float:
        """How nearly it is the same sentence as a known one, 0..1."""
        known = _known(other)
        total = len(self._grams) + len(known)
        return 2 * len(self._grams & known) / total if total else 0.0

    def _likeness(self, phrase: str) -> float:
        wanted = _grams(phrase)
        if not wanted or not self._grams:
            return 0.0
        if phrase in self._text and _contains(self._text, phrase):
            return 1.0
        of_phrase = len(wanted & self._grams) / len(wanted)
        of_text = len(wanted & self._meant) / len(self._meant) if self._meant else 0.0
        return max(of_phrase, _OF_TEXT * of_text)


def facts(text: str) -> dict[str, str]:
    """What is stated, the last of each kind: email, idCard, phone, plate, amount, date, number."""
    found: dict[str, str] = {}
    for kind, pattern in _FACTS.items():
        stated = pattern.findall(text)
        if stated:
            found[kind] = stated[-1].strip()
            text = pattern.sub(" ", text)
    return found


@lru_cache(maxsize=4096)
def _alternatives(phrase: str) -> tuple[str, ...]:
    return tuple(_plain(part) for part in _ALTERNATIVES.split(phrase))


def _contains(text: str, phrase: str) -> bool:
    """Chinese anywhere; other scripts at the beginning of a word, short ones as a whole word."""
    if phrase[0] >= "\u3400":
        return phrase in text
    end = r"(?![^\W\u3400-\u9fff])" if len(phrase) < _WHOLE else ""
    return bool(re.search(rf"(?<![^\W\u3400-\u9fff]){re.escape(phrase)}{end}", text))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:_CONSIDERED]).casefold().strip()


@lru_cache(maxsize=4096)
def _known(text: str) -> frozenset[str]:
    return _taken_apart(_plain(text[:_LONGEST]))


def _grams(text: str) -> frozenset[str]:
    """Those of phrases are remembered: they are asked for with every text."""
    return _remembered(text) if len(text) <= _PHRASE else _taken_apart(text)


def _taken_apart(text: str) -> frozenset[str]:
    found: set[str] = set()
    for run in _RUNS.findall(text):
        if run[0] >= "\u3400":
            found.update(run[i : i + 2] for i in range(max(1, len(run) - 1)))
        elif len(run) <= _WHOLE:
            found.add(f"^{run}$")
        else:
            found.update(f"^{run}"[i : i + 3] for i in range(len(run) - 1))
    return frozenset(found)


_remembered = lru_cache(maxsize=4096)(_taken_apart)
