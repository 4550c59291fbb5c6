"""What the words alone say about the turn: is it over, does it go on, should we wait? Chinese and English.

Takes recognised text with or without punctuation. A recogniser's full stop is a hint, never proof: it stands
wherever the speaker drew breath.
"""

import re
from collections.abc import Iterable
from typing import Literal

from voice_engine.listen import words, words_en

Verdict = Literal["finished", "undecided", "unfinished", "wait"]

_GLYPH = "\u3040-\u30ff\u3400-\u9fff"
_LETTERS = rf"[^\W\d_{_GLYPH}]+"
_UNIT = re.compile(rf"[{_GLYPH}]|[0-9]+(?:[.,:][0-9]+)*|{_LETTERS}(?:['’-]{_LETTERS})*")
_BLANKS = re.compile(rf"(?<=[{_GLYPH}])\s+(?=[{_GLYPH}])")
_PAUSE = r"[\s，。、！？；：,.!?…~～-]"
_OUTER = ' \t\n，。、！？；：,.!?;:…~～—-"“”‘’'
_LONGEST = 400  # characters; older words say nothing about the end of the turn


def speech_units(text: str) -> int:
    """How much was said: Chinese characters, Latin words and runs of digits count one each."""
    return sum(1 for _ in _UNIT.finditer(text))


def _core(text: str) -> str:
    """Lower case, without outer punctuation, without the blanks some recognisers put between characters."""
    return _BLANKS.sub("", text).strip(_OUTER).replace("’", "'").lower()


def _either(phrases: Iterable[str]) -> str:
    """A pattern for any of the phrases, the longest first; a Latin one must be followed by no letter."""
    patterns = (
        re.escape(phrase).replace(r"\ ", r"\s") + (r"(?![a-z'])" if phrase[-1].isascii() else "")
        for phrase in sorted(phrases, key=len, reverse=True)
    )
    return "|".join(patterns)


def _led(leads: Iterable[str], pattern: str) -> re.Pattern[str]:
    """`pattern` after a few of the words people start with."""
    return re.compile(rf"(?:(?:{_either(leads)}){_PAUSE}*){{0,5}}(?:{pattern})")


# ── noises and stop ──────────────────────────────────────────────────────────────────────────────────

_NOISE = re.compile(rf"(?>(?:{_either(words.NOISES)}){_PAUSE}*)+")


def is_backchannel(text: str) -> bool:
    """Whether this is only a listener's noise: 嗯, 好的好的, uh-huh, right. Empty text is not."""
    return _NOISE.fullmatch(_core(text)) is not None


_STOP = _led(words.STOP_LEADS, _either(words.STOPS))
_NOT_STOP = _led(words.STOP_LEADS, _either(words.NOT_STOPS))
_EN_STOP = _led(words_en.EN_STOP_LEADS, words_en.EN_STOPS)


def is_stop_phrase(text: str) -> bool:
    """Whether the caller asks for silence, alone or before more words: 停, 等一下我有个问题, hold on."""
    core = _core(text[:_LONGEST])
    if _EN_STOP.match(core):
        return True
    return _STOP.match(core) is not None and _NOT_STOP.match(core) is None


# ── is the turn over? ────────────────────────────────────────────────────────────────────────────────


def classify(text: str) -> Verdict:
    """What the words say about the turn's end.

    finished: nothing is missing. unfinished: something is. wait: the caller asks for time. undecided: no
    evidence either way.
    """
    raw = text[-_LONGEST:].strip()
    core = _core(raw)
    if not core:
        return "undecided"
    if _WAIT.fullmatch(core) or _EN_WAIT.fullmatch(core):
        return "wait"
    if core in words.HESITATIONS or raw[-1] in "，、：,:—-" or raw.endswith(("…", "...")):
        return "unfinished"
    if raw[-1] in "？?" or is_backchannel(core):
        return "finished"
    stopped = raw[-1] in "。.！!；;"
    return _english(core, stopped) if core[-1].isascii() and core[-1].isalpha() else _chinese(core, stopped)


_WAITED = (
    rf"{_either(words.WAITS)}|(?:让我|等我|容我|我)(?:去|来|先|再|得|要)?"
    rf"(?:{_either(words.WAIT_VERBS)})(?:一下|下|一会儿?|着)?(?:我的?)?(?:{_either(words.WAIT_THINGS)})"
    rf"|(?:让我|等我|容我)(?:去|来|先|再)?(?P<v>{_either(words.WAIT_VERBS)})(?:一?(?P=v)|一下|下)?"
    rf"|我(?:去|来|先|得|要)?(?P<w>{_either(words.WAIT_VERBS)})(?:一?(?P=w)看?|一下)"
)
_WAIT_TAIL = rf"(?:(?:{_either(words.WAIT_TAILS)}){_PAUSE}*){{0,3}}"
_WAIT = _led(words.WAIT_LEADS, rf"(?:(?:{_WAITED}){_PAUSE}*){{1,3}}{_WAIT_TAIL}")
_EN_WAIT = _led(words_en.EN_WAIT_LEADS, rf"{words_en.EN_WAITS}(?:{_PAUSE}*(?:{words_en.EN_WAIT_TAILS})){{0,3}}")

_ANSWER = _led(words.ANSWER_LEADS, _either(words.ANSWERS))
_EN_ANSWER_TAIL = rf"(?:{_PAUSE}+(?:{_either(words_en.EN_ANSWER_TAILS)})){{0,3}}"
_EN_ANSWER = _led(words_en.EN_ANSWER_LEADS, rf"(?:{_either(words_en.EN_ANSWERS)}){_EN_ANSWER_TAIL}")
_OPENING = _led(words.OPENING_LEADS, _either(words.OPENINGS))
_EN_OPENING = _led(words_en.EN_OPENING_LEADS, rf"{words_en.EN_OPENINGS}\b")
_ANSWERING = re.compile(_either(words.ANSWERING))
_EN_ANSWERING = re.compile(words_en.EN_ANSWERING)
_QUESTION = re.compile(rf"(?:{_either(words.QUESTION_WORDS)})[{_GLYPH}]")
_REFUSAL = re.compile(rf"我?(?:{_either(words.REFUSALS)})[{_GLYPH}]{{1,5}}")
_EN_QUESTION = _led(words_en.EN_OPENING_LEADS, words_en.EN_QUESTION)
_QUESTION_WORDS = 3  # an English question is longer than: can you

_TAILS = {**dict.fromkeys(words.OPEN_TAILS, False), **dict.fromkeys(words.CLOSED_TAILS, True)}
_EN_TAILS = {**dict.fromkeys(words_en.EN_OPEN_TAILS, False), **dict.fromkeys(words_en.EN_CLOSED_TAILS, True)}
_LONGEST_TAIL = max(map(len, _TAILS))
_LONGEST_EN_TAIL = 5  # words


def _chinese(core: str, stopped: bool) -> Verdict:
    if _ANSWER.fullmatch(core):
        return "finished"
    if number := _NUMBER.search(core):
        return _number(core, number[0], stopped)
    closed = _closed(core)
    opening = _OPENING.match(core)
    if closed is False or core.endswith(words.DANGLING):
        return "unfinished"
    if opening and not _ANSWERING.search(core, opening.end()):
        return "undecided" if stopped else "unfinished"
    whole = stopped or closed or _QUESTION.search(core) or _REFUSAL.fullmatch(core)
    return "finished" if whole else "undecided"


def _closed(core: str) -> bool | None:
    """What the longest known ending says; None = no known ending."""
    for length in range(min(_LONGEST_TAIL, len(core)), 0, -1):
        if (closed := _TAILS.get(core[-length:])) is not None:
            return closed
    return None


def _english(core: str, stopped: bool) -> Verdict:
    said = core.replace(",", " ").split()
    if _EN_ANSWER.fullmatch(core):
        return "finished"
    asks = _EN_QUESTION.match(core) is not None and len(said) >= _QUESTION_WORDS
    closed = _en_closed(said)
    if closed is False and not _en_whole(core, said, asks, stopped):
        return "unfinished"
    opening = _EN_OPENING.match(core)
    answered = opening and _EN_ANSWERING.search(core, opening.end())
    if opening and not answered:
        return "undecided" if stopped else "unfinished"
    return "finished" if stopped or closed or asks or answered else "undecided"


def _en_whole(core: str, said: list[str], asks: bool, stopped: bool) -> bool:
    """Whether an ending that usually goes on does not here: where are you from, did you get my email."""
    if stopped and said[-1] in words_en.EN_PRONOUNS:
        return True
    stranded = said[-1] in words_en.EN_STRANDING and said[0].startswith("wh")
    return asks and (stranded or core.endswith(words_en.EN_ANNOUNCED))


def _en_closed(said: list[str]) -> bool | None:
    for length in range(min(_LONGEST_EN_TAIL, len(said)), 0, -1):
        if (closed := _EN_TAILS.get(" ".join(said[-length:]))) is not None:
            return closed
    return None


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────

_FIGURE = "0-9零〇一幺二两三四五六七八九"
_NUMBER = re.compile(rf"[{_FIGURE}](?:[\s，,-]?[{_FIGURE}])*$")
_EXPECTED = {
    "身份证": 18,
    "卡号": 16,
    "银行卡": 16,
    "电话": 11,
    "手机": 11,
    "号码": 7,
    "账号": 8,
    "单号": 8,
    "验证码": 4,
    "phone": 7,
    "number": 4,
}
_TOPIC = re.compile("|".join(_EXPECTED))
_MOBILE = (11, 10)  # digits of a telephone number: Chinese, American
_DICTATED = 5  # digits in a row that are no amount any more


def _number(core: str, number: str, stopped: bool) -> Verdict:
    """Digits at the end: more may come, unless there are as many as announced."""
    figures = sum(char not in " ，,-" for char in number)
    topic = _TOPIC.search(core)
    if figures == _MOBILE[core.isascii()] or (topic and figures >= _EXPECTED[topic[0]]):
        return "finished"
    if topic or figures >= _DICTATED:
        return "unfinished"
    return "finished" if stopped else "undecided"
