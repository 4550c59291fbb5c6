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

# Before any number is read: what stands between signs and numbers for the eye only.
STRAY_RULES = (
    rule("compare", r"(?<=\s)[<>](?=\s)|(?<=[0-9])[<>](?=[0-9])", lambda m: _SIGNS[m[0]]),
    rule("sharp", r"(?<![A-Za-z])([CF])#(?![0-9A-Za-z])", lambda m: f"{m[1]} sharp"),
    rule("bracket", r"[{}\[\]<>\\|_]", " "),
    rule("mark", r"[\^`]|#(?!\s?[0-9])|[¥￥$€£](?=[¥￥$€£])", ""),
)

SIGN_RULES = (
    rule("initials", r"(?<=[A-Z])&(?=[A-Z])", " and "),
    rule("sign", r"[+=≈≥≤≠±÷×&@√°²³]", lambda m: _SIGNS[m[0]]),
    rule("left over", r"[#*$¥￥€£]", ""),
    rule("or", rf"(?<=[{HAN}])/(?=[{HAN}])", "或"),
    rule("slash", r"/", " "),
    rule("weekdays", r"(?<=[周期拜][一二三四五六])\s?[-~～–—]\s?(?=周|星期|礼拜)", "到"),
    rule("dash", rf"(?<=[{HAN}])[ -]{{0,8}}-[ -]{{0,8}}(?=[{HAN}])", "，"),
    rule("wave", r"[~～]+", "，"),
)
