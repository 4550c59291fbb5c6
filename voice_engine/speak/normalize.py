"""Written text → what a voice should say: numbers, money, dates, phones, units and marks, as people say them.

Markup goes first (`plain`), then a language's ordered rules (`chinese`, `english`), then what they leave.
"""

import re

from voice_engine.speak.chinese import CHINESE_RULES
from voice_engine.speak.english import ENGLISH_RULES
from voice_engine.speak.plain import plain
from voice_engine.speak.rules import apply

_HAN = "\u3400-\u9fff"
_HAS_HAN = re.compile(f"[{_HAN}]")
_LATIN_WORD = re.compile(r"(?<![\w.@/:-])[A-Za-z]{2,40}(?![\w@/]|[.:]\w)")
_PASSES = 3  # what one rule leaves behind can, in garbage, look like another's: "$<5"
_ENGLISH_WORDS = 3  # so many and no Chinese: a Chinese assistant quotes English


def normalize(text: str, language: str = "zh") -> str:
    """`text` as a voice of `language` (a BCP 47 tag) should say it; "" if there is nothing to say.

    Chinese has every number spoken; English keeps its numbers for the voice; other languages lose their
    markup only. What was normalised once stays as it is.
    """
    for _ in range(_PASSES):
        said = _once(text, language.lower())
        if said == text:
            break
        text = said
    return text


def _once(text: str, language: str) -> str:
    text = plain(text)
    chinese = language.startswith(("zh", "yue", "cmn")) or not language
    if language.startswith("en") or (chinese and _is_english(text)):
        text = apply(ENGLISH_RULES, text)
    elif chinese:
        text = apply(CHINESE_RULES, text)
    return _tidy(text)


def _is_english(text: str) -> bool:
    return not _HAS_HAN.search(text) and len(_LATIN_WORD.findall(text)) >= _ENGLISH_WORDS


# ── white space and punctuation that the rules left behind ───────────────────────────────────────────

_SOLID = rf"{_HAN}，。！？；：、…“”‘’（）《》「」"
_TIDY: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[^\S\n]+", " "),
        (r"(?<=[，。！？；：、…,.!?;:]) ?\n[ \n]*", " "),
        (rf"(?<=[{_SOLID}]) ?\n[ \n]*|(?<![ \n])[ \n]*\n ?(?=[{_SOLID}])", "，"),
        (r" ?\n[ \n]*", ", "),
        (rf"(?<=[{_SOLID}]) | (?=[{_SOLID}])", ""),
        (r" (?=[!?.,;:](?:\s|$))", ""),
        (r"(?<![（(“「])[（(“「]{1,8}[ ，、；：]{0,8}[）)”」]{1,8}", ""),
        (r"[，、；：]+(?=[。！？；，])|(?<=[。！？；，、：])[，、：；]+", ""),
    )
)
_NEVER_FIRST = "，。、；：！？,.;:!?”’）》」•· \t\n-—"


def _tidy(text: str) -> str:
    text = text.strip()
    for pattern, replacement in _TIDY:
        text = pattern.sub(replacement, text)
    text = text.lstrip(_NEVER_FIRST).rstrip()
    return text if any(char.isalnum() for char in text) else ""
