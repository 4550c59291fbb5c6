"""Numbers beside letters and words; what is left is an amount."""

from voice_engine.speak.chinese.codes import code, digits
from voice_engine.speak.chinese.numerals import amount, grouped, spelled
from voice_engine.speak.chinese.patterns import BEGIN, COUNTED, MEASURED, NUM
from voice_engine.speak.rules import rule

WORD_RULES = (
    rule(
        "list item",
        r"(?m)^[ \t]{0,8}([0-9]{1,2})[.)）](?:[ \t]{1,8}|(?=[\u3400-\u9fff]))",
        lambda m: f"{m[1]}，",
    ),
    rule("number sign", r"#\s?([0-9]{1,6})(?![0-9])号?", lambda m: f"{amount(m[1])}号"),
    rule("ordinal", r"(?<![A-Za-z])(?:[Nn][Oo]\.?\s?|№\s?)(?=[0-9])", "第"),
    rule(
        "english ordinal",
        r"(?<![0-9A-Za-z])([0-9]{1,3})(?:st|nd|rd|th)(?![A-Za-z])",
        lambda m: f"第{amount(m[1])}",
    ),
    rule("to", r"(?<![A-Za-z0-9])([A-Z])2([A-Z])(?![A-Za-z0-9])", lambda m: f"{m[1]} to {m[2]}"),
    rule("standard", r"(?<![A-Za-z])([A-Z])\.([0-9]{3,4})(?![0-9])", lambda m: f"{m[1]}点{spelled(m[2])}"),
    rule("long code", r"(?<![A-Za-z0-9])[A-Z]{1,4}-?[0-9]{7,24}(?![0-9A-Za-z])", lambda m: code(m[0])),
    rule(
        "model",
        r"(?<![A-Za-z0-9])([A-Z]{1,3})-?([0-9]{3,6})(?![0-9A-Za-z]|\.[0-9])",
        lambda m: m[1] + spelled(m[2]),
    ),
    rule(
        "mixed code",
        r"(?<![A-Za-z0-9])(?=[A-Z0-9]{0,16}[0-9][A-Z])[A-Z][A-Z0-9]{5,18}(?![A-Za-z0-9])",
        digits,
    ),
    rule("hyphened", r"(?<=[A-Za-z])-(?=[0-9])", ""),
    rule(
        "picture lines",
        r"(?<![0-9])(480|720|1080|1440|2160)[pP](?![A-Za-z0-9])",
        lambda m: f"{spelled(m[1])}P",
    ),
    rule(
        "room",
        rf"{BEGIN}[0-9]{{3,4}}(?=\s?(?:房|室|包厢|包间|号房|次列车|次航班|路公交|路车|路公共))",
        digits,
    ),
    rule("shopping day", rf"{BEGIN}(?:618|1111|1212)(?=大促|活动|购物|期间|年中)", digits),
    rule(
        "two", rf"{BEGIN}(?<!第)(?<!第\s)2(?!\s?分之|\s?年级)(?=\s?(?:[万亿]|[多来几]?(?:{COUNTED})))", "两"
    ),
    rule("amount", rf"{BEGIN}{NUM}(?=[万亿]|{MEASURED})", lambda m: amount(m[0])),
    rule("long number", rf"{BEGIN}[0-9]{{8,}}(?!\.[0-9])", lambda m: grouped(m[0])),
    rule("number", NUM, lambda m: amount(m[0])),
    rule("digits", r"[0-9]+", digits),
)
