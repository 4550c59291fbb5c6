"""The few things an English voice must be told; it reads numbers itself."""

import re

from voice_engine.speak.rules import Match, Rule, rule

_NUM = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,5}|[0-9]{1,16})(?:\.[0-9]{1,12})?(?![0-9])"
_CURRENCIES = {
    "$": ("dollar", "dollars"),
    "€": ("euro", "euros"),
    "£": ("pound", "pounds"),
    "¥": ("yuan", "yuan"),
    "￥": ("yuan", "yuan"),
}
_SCALES = {"k": "thousand", "K": "thousand", "m": "million", "M": "million", "bn": "billion", "B": "billion"}
_SIGNS = {
    "&": "and",
    "@": "at",
    "=": "equals",
    "≈": "about",
    "≥": "at least",
    "≤": "at most",
    "+": "plus",
    "×": "times",
}
_ABBREVIATIONS = {
    "e.g.": "for example",
    "i.e.": "that is",
    "vs.": "versus",
    "etc.": "et cetera",
    "w/": "with",
}


def _money(m: Match) -> str:
    one, many = _CURRENCIES[m["sign"]]
    number = m["n"].removesuffix(".00")
    scale = _SCALES.get(m["scale"], m["scale"])
    if scale:
        return f"{number} {scale} {many}"
    return f"{number} {one if number == '1' else many}"


def _address(m: Match) -> str:
    return m[0].replace("@", " at ").replace(".", " dot ")


def _url(m: Match) -> str:
    short = re.fullmatch(r"/([A-Za-z0-9_-]{1,20})/?", m["path"] or "")
    return m["host"].replace(".", " dot ") + (f" slash {short[1]}" if short else "")


ENGLISH_RULES: tuple[Rule, ...] = (
    rule(
        "e-mail",
        r"(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}",
        _address,
    ),
    rule(
        "url",
        r"(?:https?|wss?)://(?P<host>[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,5})(?::[0-9]{1,5})?"
        r"(?P<path>/(?:[A-Za-z0-9/?#%&=+_.~:,;@!$'()*-]{0,2000}[A-Za-z0-9/=&#_-])?)?",
        _url,
    ),
    rule("bracket", r"[{}\[\]<>\\|_]", " "),
    rule("mark", r"[\^`*]|#(?!\s?[0-9])|[$€£¥￥](?=[$€£¥￥])", ""),
    rule(
        "money",
        rf"(?:US)?(?P<sign>[$€£¥￥])\s?(?P<n>{_NUM})(?:\s?(?P<scale>thousand|million|billion|trillion|bn|[kKmMB])\b)?",
        _money,
    ),
    rule("per", r"\b(dollars?|euros?|pounds?|yuan)/(?=[a-z])", lambda m: f"{m[1]} per "),
    rule("percent", rf"(?<![0-9])(?<![0-9][.,])({_NUM})\s?%", lambda m: f"{m[1]} percent"),
    rule("celsius", r"(?<=[0-9])\s?(?:°\s?C\b|℃)", " degrees Celsius"),
    rule("fahrenheit", r"(?<=[0-9])\s?(?:°\s?F\b|℉)", " degrees Fahrenheit"),
    rule("degrees", r"(?<=[0-9])\s?°", " degrees"),
    rule("number", r"#\s?(?=[0-9])", "number "),
    rule("about", r"(?<![0-9])~\s?(?=[0-9])", "about "),
    rule(
        "abbreviation", r"(?<![A-Za-z.])(?:e\.g\.|i\.e\.|vs\.|etc\.|w/(?=\s))", lambda m: _ABBREVIATIONS[m[0]]
    ),
    rule("initials", r"(?<=[A-Z])&(?=[A-Z])", " and "),
    rule("sign", r"\s?[&@=≈≥≤+×]\s?", lambda m: f" {_SIGNS[m[0].strip()]} "),
    rule("left over", r"[#~]", " "),
)
