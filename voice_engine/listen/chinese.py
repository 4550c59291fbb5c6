"""Is a Chinese turn over? Judged by how Mandarin is built, without cutting it into words.

What stands at the end decides first: particles, aspect and question forms close; conjunctions, adverbs,
verbs without their object, classifiers and 的 leave open. Then the clause: a topic without a comment, 把
without its verb, a condition without its consequence are unfinished; a predicate and a closed end make a
whole. A bare name or number could be an answer or a beginning: undecided. Pure.
"""

import re
from typing import Literal

from voice_engine.listen import words
from voice_engine.listen.glyphs import GLYPH, PAUSE, either, led

Ending = Literal["finished", "undecided", "unfinished"]


def verdict(said: str, stopped: bool) -> Ending:
    """`said` in lower case without outer punctuation; `stopped`: the recogniser put a full stop."""
    if _ANSWER.fullmatch(said):
        return "finished"
    if (number := _NUMBER.search(said)) and not _ORDINAL.search(said):
        return _number(said, number[0], stopped)
    if _SPELLED.search(said) and not _DOMAIN.search(said):
        return "unfinished"
    closed = None if _TAG.search(said) else True if _at_the_end(_SHORT, said) else _closed(said)
    if closed is False or said.endswith(words.DANGLING):
        return "unfinished"
    opening = _OPENING.match(said)
    if opening and not _answered(said, opening.end()):
        return "undecided" if stopped else "unfinished"
    return "finished" if closed or _REFUSAL.fullmatch(said) else _by_structure(said, stopped)


_ANSWER = led(words.ANSWER_LEADS, either(words.ANSWERS))
_OPENING = led(words.OPENING_LEADS, either(words.OPENINGS))
_ANSWERING = re.compile(either(words.ANSWERING))
_RESUMING = re.compile(either(words.RESUMING))
_QUESTION = re.compile(rf"(?:{either(words.QUESTION_WORDS)})[{GLYPH}]|([{GLYPH}])[不没]\1")
_REFUSAL = re.compile(rf"我?(?:{either(words.REFUSALS)})[{GLYPH}]{{1,5}}")

_TAILS = {**dict.fromkeys(words.OPEN_TAILS, False), **dict.fromkeys(words.CLOSED_TAILS, True)}
_LONGEST_TAIL = max(map(len, _TAILS))


def _answered(said: str, start: int) -> bool:
    """Whether the other half has come: 如果不满意可以退 yes, 如果你们可以退 no."""
    if _ANSWERING.search(said, start):
        return True
    masked = _masked(said)
    last = _last(_RESUMING, masked, start)
    return last is not None and _predicate(masked[start : last.start()])


def _last(pattern: re.Pattern[str], text: str, start: int = 0) -> re.Match[str] | None:
    """The last match. Of the text before or after a match we ask what the last one answers for all."""
    found = None
    for match in pattern.finditer(text, start):
        found = match
    return found


def _closed(said: str) -> bool | None:
    """What the longest known ending says; None = no known ending."""
    for length in range(min(_LONGEST_TAIL, len(said)), 0, -1):
        if (closed := _TAILS.get(said[-length:])) is not None:
            return closed
    return None


# ── the clause ───────────────────────────────────────────────────────────────────────────────────────

_CLAUSE = re.compile(r"[，,。；;！!？?]")
_LEADING = re.compile(rf"(?:(?:{either(words.CLAUSE_LEADS)}){PAUSE}*)+")
_NOUNS = re.compile(either(words.NOUNS))
_ASPECT = re.compile(rf"[{GLYPH}a-z][了过着得](?!\w{{0,2}}[和跟])")
_DEGREE = re.compile(rf"(?:{either(words.MODIFIERS)})[{GLYPH}a-z0-9]")
_VERB = re.compile(either(words.VERBS))
_TOPIC = re.compile(rf"(?:{either(words.TOPICS)})(?!(?:{either(words.MOMENTS)})[一二三四五六日天末]?$)")
_ADRIFT = re.compile(
    rf"(?:{either(words.TIMES)})[{GLYPH}]{{0,8}}(?<![住放存停坐正现都就也])在(?P<where>[{GLYPH}]+)"
)
_SOME = re.compile(rf"有[一二两三几]?(?:个|位|名)(?:{either(words.PERSONS)})|(?<!没)有一次[{GLYPH}]{{0,2}}")
_ONE = re.compile(rf"(?<![要来就再下上每换同哪这那第])(?:一|有[两二三四五几])(?:{either(words.CLASSIFIERS)})")
# 把订单, 被系统, 比去年, 我觉得价格: what follows must have a predicate of its own.
_HEAD = re.compile(rf"(?:{either(words.HEADS)}|比(?!较|如|方|例|赛))(?!$)")
# 你们是不是 goes on; 今天开门是不是 does not, unless somebody is in doubt.
_TAG = re.compile(r"(?:是不是|有没有|要不要|会不会|该不该|能不能|可不可以)$")
_DOUBT = re.compile(r"不(?:太)?(?:确定|知道|清楚|晓得)|考虑|犹豫|在想|想问|问一下|看看|没想好")
_WISH = re.compile(rf"(?:{either(words.WISHES)})(?:{either(words.TRANSITIVE)})$")
_KIND = re.compile(
    r"(?:有(?:没有)?(?:那种|什么|哪种|哪些|哪个)|找那种|要那种|是那种)[^吗呢]{0,6}?(?:能|可以|会|比较|带|不带|支持|适合|有)"
)
_SEVERAL = re.compile(rf"(?:[买订办要寄租]|一共有)了?[两二三四五六几](?:{either(words.CLASSIFIERS)})")
_SHORT = re.compile(rf"(?:[少多缺差再补]|重新)[{GLYPH}]{{0,2}}了?[一两二三几](?:{either(words.CLASSIFIERS)})")
_IS = re.compile(rf"是[{GLYPH}a-z]")
_AMOUNT = re.compile(
    rf"[{GLYPH}a-z]*[^一二两三四五六七八九十百千万零半几0-9a-z第][一二两三四五六七八九十百千万零半几0-9]+(?:{either(words.UNITS)})"
    rf"(?:{either(words.ROUND_ABOUT)})?|[{GLYPH}0-9]+(?:{either(words.UNITS)})(?:{either(words.ROUND_ABOUT)})"
)
_LEAST_NOUN = 4  # characters; 便宜的 answers, 我昨天买的 goes on


def _by_structure(said: str, stopped: bool) -> Ending:
    clauses = [part for part in _CLAUSE.split(said) if part]
    clause = _LEADING.sub("", clauses[-1], count=1) if _LEADING.match(clauses[-1]) else clauses[-1]
    masked = _masked(clause)
    if _hanging(clause, masked) or (clause.endswith("的") and _attribute(clauses[-1])):
        return "undecided" if stopped else "unfinished"
    if stopped or _QUESTION.search(said) or _predicate(masked) or _AMOUNT.fullmatch(clause):
        return "finished"
    return "unfinished" if len(clauses) == 1 and _TOPIC.match(clause) else "undecided"


def _masked(clause: str) -> str:
    """With the nouns that hold a verb's character made unreadable, so that 订单 is no 订."""
    return _NOUNS.sub(lambda noun: "\u3400" * len(noun[0]), clause)


def _predicate(masked: str) -> bool:
    return bool(_ASPECT.search(masked) or _DEGREE.search(masked) or _VERB.search(masked))


def _hanging(clause: str, masked: str) -> bool:
    """Whether the construction that the clause began is still open."""
    head = _last(_HEAD, masked)
    if head and not _predicate(masked[head.end() :]):
        return True
    adrift = _ADRIFT.search(clause)
    if adrift and not _predicate(masked[adrift.start("where") :]):
        return True
    if (tag := _TAG.search(masked)) and (_DOUBT.search(masked) or not _predicate(masked[: tag.start()])):
        return True
    wish = _WISH.search(clause)
    if wish and not _predicate(masked[: wish.start()]):
        return True
    return any(_at_the_end(pattern, clause) for pattern in (_SOME, _ONE, _SEVERAL, _IS, _KIND))


def _attribute(clause: str) -> bool:
    """…的: is the noun still to come? Not in 是…的, not in a short answer: 便宜的."""
    if len(clause) < _LEAST_NOUN and clause[0] not in "我你他她它":
        return False
    return _EMPHASIS.search(clause) is None


_EMPHASIS = re.compile(r"是|一点|自己|谁|怎么|哪|挺|蛮|够|会|可以|一样|做|最")


def _at_the_end(pattern: re.Pattern[str], clause: str) -> bool:
    return any(found.end() == len(clause) for found in pattern.finditer(clause))


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────

_FIGURE = "0-9零〇一幺二两三四五六七八九"
_NUMBER = re.compile(rf"[{_FIGURE}](?:[\s，,-]?[{_FIGURE}])*$")
_ORDINAL = re.compile(rf"(?:周|星期|礼拜|第|初|[十百千万])[{_FIGURE}]$")  # 改到周一 is no dictation
_SPELLED = re.compile(r"(?:邮箱|邮件|网址|拼写?|字母|密码|账号|用户名)[^，。]{0,12}[a-z0-9@._]$")
_DOMAIN = re.compile(r"(?:\.|点)\s?(?:com|cn|net|org)$")
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
_SUBJECT = re.compile("|".join(_EXPECTED))
_MOBILE = (11, 10)  # digits of a telephone number: Chinese, American
_DICTATED = 5  # digits in a row that are no amount any more


def _number(said: str, number: str, stopped: bool) -> Ending:
    """Digits at the end: more may come, unless there are as many as announced."""
    figures = sum(char not in " ，,-" for char in number)
    subject = _SUBJECT.search(said)
    if figures == _MOBILE[said.isascii()] or (subject and figures >= _EXPECTED[subject[0]]):
        return "finished"
    if subject or figures >= _DICTATED:
        return "unfinished"
    return "finished" if stopped else "undecided"


# ── asking for time ──────────────────────────────────────────────────────────────────────────────────

_ME = r"(?:让我|容我|等我|我)(?:(?:去|来|先|再|得|要|现在|马上|赶紧){0,2})"
_LOOKING = either(words.WAIT_VERBS)
_HANDLING = either(words.WAIT_ACTIONS)
_THING = either(words.WAIT_THINGS)
_SHORTLY = r"(?:一下|下|一会儿?|会儿?)"
_KEPT = r"订单|账单|快递单|银行流水|保单|记录|单子|号码"  # by the other side
_REQUEST = (  # to the agent: 我要查账单, 我查一下订单
    rf"我要?(?:(?:查看?|看|核对|核实|确认)(?:我的?)?(?:{_THING})|查{_SHORTLY}(?:我的?)?(?:{_KEPT}))"
)
_PLACE = rf"[{GLYPH}a-z]{{1,6}}?"
_AWAY = r"(?:让我|容我|等我|我去)(?:先|再|来|去)?"  # 我换个号 asks for a service, 让我换个地方 for time
_WAITED = (
    rf"{either(words.WAITS)}|等我?(?:[一两几三五十]|[0-9]+)?(?:分钟|秒钟?|会儿?)"
    rf"|(?!{_REQUEST}){_ME}(?:{_LOOKING}|戴)(?:{_SHORTLY}|[着个支张])?(?:我的?)?(?:{_THING})"
    rf"|(?!我要[找查]){_ME}(?P<v>{_LOOKING})(?:一?(?P=v)看?|{_SHORTLY})"
    rf"|(?:让我|等我|容我)(?:去|来|先|再)?(?:{_LOOKING})"
    rf"|{_AWAY}(?:{_HANDLING})(?:{_SHORTLY}|个|支|张)(?:我的?)?{_PLACE}"
    rf"|{_ME}(?:打开|上去|过去|登录)看(?:看|一看|{_SHORTLY})"
    rf"|{_ME}问(?:问|一问|{_SHORTLY})我?(?:{either(words.RELATIVES)})"
)
_EXCUSE = (
    rf"有人[{GLYPH}]{{1,4}}|我?(?:马上|很快|一会儿?)就?(?:回来|来|好|回)"
    rf"|{_ME}(?:{_LOOKING}|{_HANDLING})(?!问|订|退|说)[{GLYPH}]{{0,6}}?"
)
_TAIL = rf"(?:(?:{either(words.WAIT_TAILS)}){PAUSE}*){{0,3}}"
_WAIT = led(
    words.WAIT_LEADS,
    rf"(?:(?:{_WAITED}){PAUSE}*){{1,3}}{_TAIL}(?:(?:{_EXCUSE}){PAUSE}*){{0,2}}{_TAIL}",
)
_LONGEST_WAIT = 40  # characters


def asks_for_time(said: str) -> bool:
    """等一下, 我找支笔, 稍等我接个电话: nothing but a request to wait, and perhaps why."""
    return len(said) <= _LONGEST_WAIT and _WAIT.fullmatch(said) is not None
