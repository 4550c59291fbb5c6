"""Did the assistant ask for one fact, so that a bare name, number or time is a whole answer? Pure."""

import re

_LAST = 80  # characters of the assistant's words: its last question
_FACT = re.compile(
    r"(?:几[位个点号人天次岁楼层月]|多少|多大|多久|什么时候|什么时间|哪[个天里儿种位一家座些]|怎么称呼|贵姓|尊姓|叫什么|姓名|名字|"
    r"是谁|还是[^，。？?]{1,12})[^。！!]*$|"
    r"\b(?:how (?:many|much|old|long)|what (?:time|day|date|size|colou?r|city|name)|which|when|who)\b[^.!]*$|"
    r"\b(?:your|the) (?:full |first |last )?name\b[^.!]*$"
)
_LONGEST_ANSWER = 8  # characters in Chinese, words in English


def asks_for_a_fact(asked: str) -> bool:
    """请问几位？ When would you like to come? Looks at the last sentence only."""
    return _FACT.search(asked[-_LAST:].lower().rstrip()) is not None


def is_short(units: int) -> bool:
    """Whether so many characters or words can be such an answer."""
    return 0 < units <= _LONGEST_ANSWER
