"""Days and hours."""

from voice_engine.speak.chinese.numerals import amount, counted, spelled, year
from voice_engine.speak.chinese.patterns import BEGIN, END, TO
from voice_engine.speak.rules import Match, rule

_MONTH = "(?:1[0-2]|0?[1-9])"
_DAY = "(?:3[01]|[12][0-9]|0?[1-9])"
_YEAR = "(?:1[1-9][0-9]{2}|2[01][0-9]{2})"
_OUTCOMES = "获胜|战胜|取胜|险胜|大胜|完胜|击败|领先|落后|负于|不敌|战平|告负|逆转|平局|小胜"
_CLOCK = r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9])?(?![0-9:])"


def _date(m: Match) -> str:
    return f"{year(m['y'])}年{amount(m['m'].lstrip('0'))}月{amount(m['d'].lstrip('0'))}日"


def _time(text: str) -> str:
    hour, minute, *second = (int(part) for part in text.split(":"))
    spoken = f"{counted(str(hour))}点"
    if minute or any(second):
        spoken += f"{_sixtieth(minute)}分"
    return spoken + (f"{_sixtieth(second[0])}秒" if any(second) else "")


def _sixtieth(value: int) -> str:
    return ("零" if 0 < value < 10 else "") + amount(str(value))


def _half_day(m: Match) -> str:
    return ("上午" if m["half"][0] in "aA" else "下午") + _time(m["time"])


TIME_RULES = (
    rule("clock colon", r"(?<=[0-9])：(?=[0-5][0-9](?![0-9]))", ":"),
    rule(
        "date",
        rf"{BEGIN}(?P<y>{_YEAR})(?P<s>[-/.])(?P<m>{_MONTH})(?P=s)(?P<d>{_DAY}){END}(?![-/.][0-9])日?"
        r"(?:(?:T|\s{1,2})(?=[0-2]?[0-9]:[0-5][0-9]))?",
        _date,
    ),
    rule(
        "american date",
        rf"{BEGIN}(?P<m>{_MONTH})/(?P<d>{_DAY})/(?P<y>{_YEAR}){END}(?!/)",
        _date,
    ),
    rule(
        "bracketed day",
        rf"(?<=[周期拜][一二三四五六日天][（(])({_MONTH})/({_DAY})(?=[）)])",
        lambda m: f"{amount(m[1].lstrip('0'))}月{amount(m[2].lstrip('0'))}日",
    ),
    rule("quarter", rf"{BEGIN}({_YEAR})\s?(?=[QH][1-4](?![0-9A-Za-z]))", lambda m: f"{year(m[1])}年"),
    rule(
        "month",
        rf"{BEGIN}({_YEAR})[-/](0[1-9]|1[0-2]){END}(?![-/.][0-9])月?",
        lambda m: f"{year(m[1])}年{amount(m[2].lstrip('0'))}月",
    ),
    rule("years", rf"{BEGIN}({_YEAR})年?{TO}({_YEAR})\s?年", lambda m: f"{year(m[1])}到{year(m[2])}年"),
    rule(
        "age in years",
        rf"{BEGIN}([1-9][0-9]{{2}}0)\s?年(?=[的来]?历史|[之以]?前)",
        lambda m: f"{amount(m[1])}年",
    ),
    rule("year", rf"{BEGIN}({_YEAR})\s?年", lambda m: f"{year(m[1])}年"),
    rule("short year", rf"{BEGIN}([0-9]{{2}})年(?={_MONTH}月)", lambda m: f"{year(m[1])}年"),
    rule("day with zero", rf"{BEGIN}0([1-9])(?=[月日号])", lambda m: m[1]),
    rule("named day", rf"{BEGIN}([0-9]{{1,2}})·([0-9]{{1,2}}){END}", lambda m: spelled(m[1] + m[2])),
    rule("generation", rf"{BEGIN}(?:[05-9]0|[89]5)(?=后(?!\s?[天年月日周小分个]))", lambda m: spelled(m[0])),
    rule(
        "result",
        rf"{BEGIN}([0-9]{{1,3}})\s?[:-]\s?([0-9]{{1,3}})(?=\s?(?:{_OUTCOMES}))",
        lambda m: f"{amount(m[1])}比{amount(m[2])}",
    ),
    rule("half day", rf"{BEGIN}(?P<time>{_CLOCK})\s?(?P<half>[aApP]\.?[mM](?![A-Za-z])\.?)", _half_day),
    rule("hours", rf"{BEGIN}({_CLOCK}){TO}({_CLOCK})", lambda m: f"{_time(m[1])}到{_time(m[2])}"),
    rule(
        "score",
        rf"((?:比分|比例|比率|比值|配比)(?:是|为|约|定格在|锁定在|变成|来到)?[:：]?\s?)([0-9]{{1,4}})\s?[:：比-]\s?([0-9]{{1,4}}){END}",
        lambda m: f"{m[1]}{amount(m[2])}比{amount(m[3])}",
    ),
    rule("hour", rf"{BEGIN}({_CLOCK})(?:\.[0-9]{{1,6}})?(?:Z|\+08:?00)?", lambda m: _time(m[1])),
    rule(
        "ratio",
        rf"{BEGIN}([0-9]{{1,6}})\s?:\s?([0-9]{{1,6}}){END}",
        lambda m: f"{amount(m[1])}比{amount(m[2])}",
    ),
)
