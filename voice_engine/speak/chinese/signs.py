"""Signs that are words, and signs that are nothing."""

from voice_engine.speak.chinese.patterns import HAN
from voice_engine.speak.rules import rule

_SIGNS = {
    "+": "加",
    "=": "等于",
    "≈": "约等于",
    "≥": "大于等于",
    "≤": "小于等于",
    "≠": "不等于",
    "±": "正负",
    "÷": "除以",
    "×": "乘",
    "&": "和",
    "@": "艾特",
    "√": "根号",
    "°": "度",
    "²": "平方",
    "³": "立方",
    "<": "小于",
    ">": "大于",
}

SIGN_RULES = (
    rule("initials", r"(?<=[A-Z])&(?=[A-Z])", " and "),
    rule(
        "compare",
        r"(?<=\s)[<>](?=\s)|(?<=[零一二三四五六七八九十百千万亿])[<>](?=[零一二三四五六七八九十百])",
        lambda m: _SIGNS[m[0]],
    ),
    rule("sign", r"[+=≈≥≤≠±÷×&@√°²³]", lambda m: _SIGNS[m[0]]),
    rule("or", rf"(?<=[{HAN}])/(?=[{HAN}])", "或"),
    rule("weekdays", r"(?<=[周期拜][一二三四五六])\s?[-~～–—]\s?(?=周|星期|礼拜)", "到"),
    rule("dash", rf"(?<=[{HAN}])\s?-\s?(?=[{HAN}])", "，"),
    rule("wave", r"[~～]+", "，"),
    rule("nothing", r"[#^*`]", ""),
    rule("blank", r"[{}\[\]<>\\/|$¥￥€£_]", " "),
)
