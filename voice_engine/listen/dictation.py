"""What the assistant asked to be dictated, and how much of it has been said: numbers, plates, addresses.

People dictate in groups, and pause longer between them than between sentences: 幺三九 … 二二零四 … 五五幺七.
So the words alone never say "finished"; the number of symbols does. Pure.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from voice_engine.listen import addresses
from voice_engine.listen.symbols import dictated
from voice_engine.listen.words import words

Kind = Literal["code", "identity", "plate", "card", "order", "email", "phone", "spelling", "address"]
Progress = Literal["complete", "likely", "incomplete"]

_ASKED = 300  # characters of the assistant's words that are looked at
_LONGEST = 400  # characters of the caller's


@dataclass(frozen=True, slots=True)
class Expected:
    """One thing that was asked for. `count` symbols when the assistant said how many, else 0; `more` when
    it asked for something else too, so that this alone is not the end."""

    kind: Kind
    english: bool = False
    count: int = 0
    more: bool = False


# ── what was asked ───────────────────────────────────────────────────────────────────────────────────

_CHINESE: dict[Kind, str] = {
    "code": r"验证码|校验码|动态码|取件码|(?:后|末|最后|尾号)[一二两三四五六七八九\d]位|尾号",
    "identity": r"身份证(?:件)?(?:号码?)?|证件号码?",
    "plate": r"车牌(?:号码?)?|牌照",
    "card": r"(?:银行|信用|储蓄|借记)卡(?:号码?)?|卡号",
    "order": r"(?:订|运|快递|物流|工|保|流水|单|编|合同|会员|客户|预约|参考)单?(?:号码?|编号)|单号|编号|账号",
    "email": r"邮箱(?:地址)?|邮件地址|电子邮件(?:地址)?",
    "phone": r"(?:手机|电话|座机|联系)(?:号码?|方式)?|号码|联系方式",
    "spelling": r"拼写|怎么拼|拼一下|拼读|字母",
    "address": r"地址|住址|住在?哪|送到哪|寄到哪|在什么位置|哪个小区",
}
_ENGLISH: dict[Kind, str] = {
    "code": r"(?:verification|security|confirmation|one[- ]time|\bdigit|pass) ?code|\bpin\b|\bthe code|"
    r"last (?:\w+) digits?|\w+[- ]digit (?:code|number|pin)",
    "identity": r"\b(?:id|identity|passport)(?: card)? number|national id",
    "plate": r"(?:license |number |registration )plates?|plate number|registration number",
    "card": r"(?:credit |debit |bank |your )card(?: number)?|card number",
    "order": r"(?:order|tracking|reference|booking|account|policy|case|ticket|member(?:ship)?|confirmation)"
    r" number",
    "email": r"e-?mail(?: address)?",
    "phone": r"(?:phone|telephone|mobile|cell|contact|callback)(?: number)?|number (?:can|should) (?:i|we)|"
    r"(?:best|good) number",
    "spelling": r"\bspell",
    "address": r"\baddress|where (?:should|can|do|shall) (?:i|we) (?:send|deliver|ship)",
}
_KINDS_ZH = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _CHINESE.items()))
_KINDS_EN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _ENGLISH.items()))
_ASKING = re.compile(
    r"请|麻烦|方便|告诉|提供|报一?下|说一?下|念|读|留|输入|输一下|多少|什么|哪|怎么|[？?]|"
    r"\b(?:what|where|could|can|may|please|give|tell|provide|share|read|need|spell|confirm)\b"
)
_CHECKING = re.compile(
    r"(?:对吗|对吧|是吗|是吧|对不对|是不是|正确吗|没错吧|没问题吧|right|correct|is that right)[？?。. ]*$"
)
_GLYPH = re.compile(r"[\u3400-\u9fff]")
_SENTENCES = re.compile(r"(?<=[。！？!?\n])|(?<=\.)\s")
_HOW_MANY = re.compile(
    r"(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,2})\s*位|(?P<e>\d{1,2}|\w{3,6})[- ]?(?:digits?|characters?)"
)
_COUNTS = {
    **{figure: n for n, figure in enumerate("零一二三四五六七八九十")},
    **{f"十{figure}": 10 + n for n, figure in enumerate("一二三四五六七八九", 1)},
    **{word: n for n, word in enumerate(words("two three four five six seven eight nine ten"), 2)},
    "两": 2,
}
_MOST = 20  # symbols; a larger "…位" is something else


def expected(asked: str) -> Expected | None:
    """What the assistant's words ask the caller to dictate, if anything."""
    text = unicodedata.normalize("NFKC", asked[-_ASKED:]).lower()
    how: Expected | None = None  # "please spell it", "the last four": of what, an earlier sentence says
    for sentence in reversed([part for part in _SENTENCES.split(text) if part and part.strip()][-3:]):
        if how is None and _CHECKING.search(sentence):
            return None
        found = _in_sentence(sentence)
        if found and found.kind not in _MANNERS:
            return replace(found, count=found.count or how.count) if how else found
        how = how or found
    return how


_MANNERS = ("spelling", "code")


def _in_sentence(sentence: str) -> Expected | None:
    english = _GLYPH.search(sentence) is None
    named = (found.lastgroup for found in (_KINDS_EN if english else _KINDS_ZH).finditer(sentence))
    kinds: list[Kind] = list(dict.fromkeys(named))  # type: ignore[arg-type]  # the groups are named so
    if not kinds or not _ASKING.search(sentence):
        return None
    things = [kind for kind in kinds if kind not in _MANNERS] or kinds
    return Expected(things[0], english, _how_many(sentence), len(things) > 1)


def _how_many(sentence: str) -> int:
    for found in _HOW_MANY.finditer(sentence):
        raw = found["n"] or found["e"] or ""
        count = int(raw) if raw.isdecimal() else _COUNTS.get(raw, 0)
        if 0 < count <= _MOST:
            return count
    return 0


# ── how much was said ────────────────────────────────────────────────────────────────────────────────


def progress(expected: Expected, said: str) -> Progress | None:
    """How far the dictation has come; None if the caller says something else, which the words decide."""
    text = unicodedata.normalize("NFKC", said[-_LONGEST:]).lower().strip()
    if not text:
        return None
    if expected.kind == "address":
        found = addresses.progress(text, english=expected.english)
    elif expected.kind == "email":
        found = _email(text, expected.english)
    else:
        found = _counted(expected, text)
    return "likely" if found == "complete" and expected.more else found


def _counted(expected: Expected, text: str) -> Progress | None:
    run = dictated(text, plate=expected.kind == "plate")
    symbols = run.symbols if expected.kind in _LETTERED else _figures(run.symbols)
    if not symbols or (run.after_words and len(symbols) < _SURE):
        return None
    if run.repeats:
        return "incomplete"
    if run.closed:
        return "complete"
    if expected.count:
        return "complete" if len(symbols) >= expected.count else "incomplete"
    return _KINDS[expected.kind](symbols, expected.english)


def _figures(symbols: str) -> str:
    return re.sub(r"[^0-9x]", "", symbols.replace("o", "0"))


_LETTERED = frozenset({"plate", "order", "spelling", "code"})
_SURE = 3  # so many symbols after other words are a dictation: 你记一下，一八六


def _steps(count: int, likely: int, complete: int) -> Progress:
    if count >= complete:
        return "complete"
    return "likely" if count >= likely else "incomplete"


def _phone(digits: str, english: bool) -> Progress:
    count = len(digits)
    if digits.startswith("86") and count > 2:
        return _steps(count, 13, 13)
    if english:
        whole = 11 if digits[0] in "10" else 12 if digits.startswith("44") else 10
        return "likely" if count == 7 else _steps(count, whole, whole)
    if digits[0] == "1":
        return _steps(count, 11, 11)
    if digits[0] == "0":
        return _steps(count, 10, 12)
    return _steps(count, 10, 10) if digits.startswith(("400", "800")) else _steps(count, 7, 11)


def _identity(digits: str, _english: bool) -> Progress:
    return "likely" if len(digits) == 15 else _steps(len(digits), 18, 18)


def _plate(symbols: str, _english: bool) -> Progress:
    """Seven: 京A12345; eight when it is electric, which the third or the last letter tells: 沪AD32857."""
    return _steps(len(symbols), 7, 8 if symbols[2:3] in "df" else 7)


def _card(digits: str, _english: bool) -> Progress:
    if digits[0] == "3":
        return _steps(len(digits), 15, 16)
    return _steps(len(digits), 16, 19 if digits.startswith("62") else 16)


_KINDS: dict[Kind, Callable[[str, bool], Progress]] = {
    "code": lambda symbols, _: _steps(len(symbols), 4, 6),
    "identity": _identity,
    "plate": _plate,
    "card": _card,
    "order": lambda symbols, _: "likely" if len(symbols) >= 6 else "incomplete",
    "phone": _phone,
    "spelling": lambda symbols, _: "likely" if len(symbols) >= 3 else "incomplete",
}

_AT = re.compile(r"艾特|\bat\b|@")
_DOT = re.compile(r"点|\bdot\b|\.")
_ENDED = re.compile(r"\.(?:com|cn|net|org|edu|io|me|co|hk|tw|uk|gov|info|top|vip)$")
_SPELLING = re.compile(r"[0-9]$|(?<![a-z'])[a-z]$|\bdot \w+$|^(?:it'?s|it is|my e-?mail is|that's) \w+$")
_CLOSING = re.compile(r"[\s，。,.!！?？]+$")


def _email(text: str, english: bool) -> Progress | None:
    text = _CLOSING.sub("", text)
    spelled = re.sub(r"\s+", "", _DOT.sub(".", _AT.sub("@", text)))
    if _ENDED.search(spelled) and ("@" in spelled or len(spelled) < _MOST):
        return "complete"
    begun = "@" in spelled or spelled.endswith(".") or _SPELLING.search(text)
    latin = text[-1:].isascii() and text[-1:].isalnum()
    return "incomplete" if begun or (latin and not english) else None
