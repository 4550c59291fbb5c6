"""What a model is asked about a conversation when the plan does not say, in Chinese or English. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from api.v1.analysis.rubrics import Language

Json = dict[str, Any]

_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]+")

SUMMARY: dict[Language, str] = {
    "en": "You are an expert note-taker. You will be given the transcript of a call between an AI assistant"
    " and a user. Summarise the call in two or three sentences, in the language of the call. Answer with the"
    " summary only.",
    "zh": "你是一名专业的通话记录员。下面是一段 AI 助手与用户的通话记录，请用两到三句简体中文概括："
    "用户要什么、结果如何、还有什么待办。只写摘要本身。",
}
STRUCTURED: dict[Language, str] = {
    "en": "You draw facts from the transcript of a call. Answer with one JSON value that fits this JSON"
    " Schema and nothing else. Use only what was said; leave out what was not.\n\nThe schema:\n{{schema}}",
    "zh": "你从通话记录中提取信息。只输出一个符合下面 JSON Schema 的 JSON 值，不要写别的内容。"
    "只依据通话中说过的内容；没有提到的字段不要填写。\n\nJSON Schema：\n{{schema}}",
}
SUCCESS: dict[Language, str] = {
    "en": "You judge calls. From the transcript, and from the system prompt of the AI assistant if there is"
    " one, decide whether the call reached its aim. Answer with {{rubric}}.",
    "zh": "你负责评估通话质量。请根据通话记录（以及 AI 助手的系统提示词，如果有）判断这通电话是否达到了目的。"
    "请回答：{{rubric}}。",
}
_TRANSCRIPT: dict[Language, str] = {
    "en": "The transcript:\n\n{{transcript}}\n\nThe call ended because: {{endedReason}}",
    "zh": "通话记录：\n\n{{transcript}}\n\n通话结束原因：{{endedReason}}",
}
_SYSTEM_PROMPT: dict[Language, str] = {
    "en": "The system prompt of the AI assistant:\n\n{{systemPrompt}}",
    "zh": "AI 助手的系统提示词：\n\n{{systemPrompt}}",
}
FORM: dict[Language, dict[str, str]] = {
    "en": {
        "schema": "Answer with one JSON value that fits this JSON Schema and nothing else:\n{{schema}}",
        "rubric": "Answer with {{rubric}}.",
    },
    "zh": {
        "schema": "只输出一个符合下面 JSON Schema 的 JSON 值，不要写别的内容：\n{{schema}}",
        "rubric": "请回答：{{rubric}}。",
    },
}
AGAIN: dict[Language, str] = {
    "en": "That cannot be used: {why}. Answer once more, with nothing but what was asked for.",
    "zh": "这个回答无法使用：{why}。请只按要求的格式再回答一次。",
}


def language_of(messages: Iterable[Mapping[str, Any]]) -> Language:
    """The language most of the conversation is in; Chinese when nothing was said."""
    said = " ".join(str(m.get("message", "")) for m in messages if m.get("role") in ("user", "bot"))
    return "en" if len(_LATIN.findall(said)) > len(_HAN.findall(said)) else "zh"


def default(task: dict[Language, str], language: Language, *, with_prompt: bool) -> list[Json]:
    """The messages for a task; `with_prompt` adds what the assistant itself was told."""
    asked = [{"role": "system", "content": task[language]}]
    asked.append({"role": "user", "content": _TRANSCRIPT[language]})
    if with_prompt:
        asked.append({"role": "user", "content": _SYSTEM_PROMPT[language]})
    return asked
