"""The eight rubrics of a success evaluation: what a model is asked for, and what its answer means. Pure.

`call.analysis.successEvaluation` is always text: one word or number, or JSON for the three rubrics that judge
several criteria.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import orjson

from api.v1.analysis.answers import Unreadable, json_in

Rubric = Literal[
    "NumericScale", "DescriptiveScale", "Checklist", "Matrix", "PercentageScale", "LikertScale",
    "AutomaticRubric", "PassFail",
]  # fmt: skip
Language = Literal["zh", "en"]

GRADES = ("Excellent", "Good", "Fair", "Poor")
AGREEMENT = ("Strongly Agree", "Agree", "Neutral", "Disagree", "Strongly Disagree")
_MOST_CRITERIA = 50
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

_ASKED: dict[Rubric, dict[Language, str]] = {
    "NumericScale": {
        "en": "a whole number from 1 (failed completely) to 10 (succeeded completely), and nothing else",
        "zh": "一个 1 到 10 的整数（1 表示完全失败，10 表示完全成功），不要写别的内容",
    },
    "DescriptiveScale": {
        "en": "one word: Excellent, Good, Fair or Poor",
        "zh": "一个英文单词：Excellent（优秀）、Good（良好）、Fair（一般）或 Poor（差）",
    },
    "PercentageScale": {
        "en": "a percentage from 0% to 100%, and nothing else",
        "zh": "一个 0% 到 100% 之间的百分数，不要写别的内容",
    },
    "LikertScale": {
        "en": "how far you agree that the call succeeded: Strongly Agree, Agree, Neutral, Disagree or"
        " Strongly Disagree",
        "zh": "你是否同意“这通电话达到了目的”，只写其中一项：Strongly Agree（非常同意）、Agree（同意）、"
        "Neutral（中立）、Disagree（不同意）、Strongly Disagree（非常不同意）",
    },
    "PassFail": {
        "en": "true if the call succeeded, false if it did not, and nothing else",
        "zh": "成功写 true，不成功写 false，不要写别的内容",
    },
    "Checklist": {
        "en": 'a JSON array of the criteria the system prompt implies: [{"criterion": "…", "met": true}]',
        "zh": '一个 JSON 数组，逐条列出系统提示词中包含的标准以及是否达到：[{"criterion": "…", "met": true}]',
    },
    "Matrix": {
        "en": "a JSON array of criteria, each with a level of Excellent, Good, Fair or Poor:"
        ' [{"criterion": "…", "level": "Good"}]',
        "zh": "一个 JSON 数组，逐条列出评价标准及其等级（Excellent、Good、Fair、Poor）："
        '[{"criterion": "…", "level": "Good"}]',
    },
    "AutomaticRubric": {
        "en": "a JSON array: break the aim of the call down into criteria and give each a whole score from 1"
        ' to 10: [{"criterion": "…", "score": 7}]',
        "zh": "一个 JSON 数组：把通话目标拆成若干条标准，每条给出 1 到 10 的整数分："
        '[{"criterion": "…", "score": 7}]',
    },
}
_WORDS: dict[str, str] = {
    "优秀": "Excellent", "良好": "Good", "一般": "Fair", "较差": "Poor", "差": "Poor",
    "非常不同意": "Strongly Disagree", "非常同意": "Strongly Agree", "不同意": "Disagree", "同意": "Agree",
    "中立": "Neutral", "不是": "false", "未通过": "false", "未成功": "false", "没有成功": "false",
    "没有通过": "false", "不成功": "false", "不通过": "false", "失败": "false", "否": "false",
    "成功": "true", "通过": "true", "是": "true", "pass": "true", "fail": "false", "yes": "true",
    "no": "false",
}  # fmt: skip


def asked(rubric: Rubric, language: Language) -> str:
    """What the model is to answer with, as a phrase."""
    return _ASKED[rubric][language]


def read(rubric: Rubric, text: str) -> str:
    """The evaluation in its one spelling; raises Unreadable with a reason the model can act on."""
    match rubric:
        case "NumericScale":
            return str(_whole(text, 1, 10))
        case "PercentageScale":
            return f"{_whole(text, 0, 100)}%"
        case "DescriptiveScale":
            return _one_of(GRADES, text)
        case "LikertScale":
            return _one_of(AGREEMENT, text)
        case "PassFail":
            return _one_of(("true", "false"), text)
        case "Checklist":
            return _criteria(text, "met", _is_bool)
        case "Matrix":
            return _criteria(text, "level", _is_grade)
        case "AutomaticRubric":
            return _criteria(text, "score", _is_score)


def _whole(text: str, least: int, most: int) -> int:
    numbers = _NUMBER.findall(text.split("/")[0])
    if len(numbers) != 1:
        raise Unreadable(f"it should hold exactly one number from {least} to {most}")
    value = round(float(numbers[0]))
    if not least <= value <= most:
        raise Unreadable(f"{numbers[0]} is not between {least} and {most}")
    return value


def _one_of(allowed: Sequence[str], text: str) -> str:
    """The one allowed word that is there; the longest first, since Strongly Disagree holds Disagree."""
    left, found = text.strip().lower(), []
    spellings = {word.lower(): word for word in allowed}
    spellings |= {said: word for said, word in _WORDS.items() if word in allowed}
    for said in sorted(spellings, key=len, reverse=True):
        pattern = rf"\b{re.escape(said)}\b" if said.isascii() else re.escape(said)
        left, times = re.subn(pattern, " ", left)
        if times and spellings[said] not in found:
            found.append(spellings[said])
    if len(found) != 1:
        raise Unreadable(f"it should be one of: {', '.join(allowed)}")
    return found[0]


def _criteria(text: str, field: str, fits: Any) -> str:
    value = json_in(text)
    if isinstance(value, Mapping) and len(value) == 1:
        [value] = value.values()  # {"criteria": […]} is meant well
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_CRITERIA:
        raise Unreadable(f"it should be a JSON array of 1 to {_MOST_CRITERIA} criteria")
    kept = []
    for index, item in enumerate(value):
        if not isinstance(item, Mapping) or not isinstance(item.get("criterion"), str):
            raise Unreadable(f"item {index} should be an object with a criterion")
        if not fits(item.get(field)):
            raise Unreadable(f"item {index} has no usable {field}")
        kept.append({"criterion": item["criterion"], field: item[field]})
    return orjson.dumps(kept).decode()


def _is_bool(value: Any) -> bool:
    return isinstance(value, bool)


def _is_grade(value: Any) -> bool:
    return value in GRADES


def _is_score(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10
