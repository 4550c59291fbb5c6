"""Money, shares, measures, ranges and sums."""

from voice_engine.speak.chinese.numerals import amount, counted, spelled, year
from voice_engine.speak.chinese.patterns import BEGIN, HAN, MEASURED, NUM, SCALE, TO, UNIT, either
from voice_engine.speak.chinese.units import CURRENCIES, UNITS
from voice_engine.speak.rules import Match, rule


def _short(number: str) -> str:
    """Without idle zeros: 1,299.00 → 1299, 12.50 → 12.5."""
    number = number.replace(",", "")
    return number.rstrip("0").rstrip(".") if "." in number else number


def _money(m: Match) -> str:
    sign = "负" if m["minus"] else ""
    until = f"到{counted(_short(m['until']))}" if m["until"] else ""
    return f"{sign}{counted(_short(m['n']))}{until}{m['scale'] or ''}{CURRENCIES[m['sign']]}"


def _share(number: str, of: str) -> str:
    return f"{of}分之" + ("百" if number == "100" and of == "百" else amount(_short(number)))


def _percent(m: Match) -> str:
    of = "百" if m["sign"] == "%" else "千"
    spoken = ("负" if m["minus"] else "") + _share(m["n"], of)
    if m["until"]:
        spoken += f"到{_share(m['until'], of) if m['first'] else amount(_short(m['until']))}"
    return spoken + ("每" if m["per"] else "")


def _range(m: Match) -> str:
    return f"{counted(m['from']) if m['measured'] else amount(m['from'])}到{m['to']}"


def _hyphens(m: Match) -> str:
    return "杠".join(spelled(part) if len(part) > 2 else amount(part) for part in m[0].split("-"))


AMOUNT_RULES = (
    rule(
        "money",
        rf"(?P<minus>-)?(?<![A-Za-z])(?P<sign>{either(CURRENCIES)})\s?(?P<n>{NUM})"
        rf"(?:{TO}[¥￥$€£]?(?P<until>{NUM}))?\s?(?P<scale>{SCALE})?(?:元|块)?",
        _money,
    ),
    rule(
        "idle zeros",
        rf"{BEGIN}[0-9,]{{1,20}}\.[0-9]{{1,4}}(?=\s?(?:元|块|人民币|美元|欧元|英镑|港元|港币|日元))",
        lambda m: _short(m[0]),
    ),
    rule(
        "percent",
        rf"(?P<minus>(?<![A-Za-z0-9])-)?{BEGIN}(?P<n>{NUM})(?:(?P<first>[%‰])?{TO}(?P<until>{NUM}))?\s?(?P<sign>[%‰])"
        r"(?P<per>/(?=[年月日天周次]))?",
        _percent,
    ),
    rule(
        "frost",
        rf"(?<![A-Za-z0-9])-(?={NUM}(?:\s?[~～到至]\s?-?{NUM})?\s?(?:℃|°C|摄氏度|度|°(?!F)))",
        "零下",
    ),
    rule(
        "blood pressure",
        r"(血压(?:是|为|值|约)?[:：]?\s?)([0-9]{2,3})/(?=[0-9]{2,3}(?![0-9/]))",
        lambda m: f"{m[1]}{amount(m[2])}，",
    ),
    rule("subtraction", rf"{BEGIN}({NUM})\s?[-−]\s?(?={NUM}\s?=)", lambda m: f"{amount(m[1])}减"),
    rule(
        "minus",
        rf"(?<![A-Za-z0-9)）{HAN}])[-−](?={NUM})|(?<![A-Za-z0-9天日月年点号楼层级])[-−](?={NUM}(?:{MEASURED}|[万亿]))",
        "负",
    ),
    rule("chain", rf"{BEGIN}(?<![-A-Za-z])[0-9]{{1,6}}(?:-[0-9]{{1,6}}){{2,6}}(?![0-9-])", _hyphens),
    rule(
        "range",
        rf"{BEGIN}(?<![A-Za-z]-)(?<![A-Za-z])(?P<from>{NUM}){TO}(?P<to>{NUM}(?P<measured>{SCALE}|{MEASURED})?)",
        _range,
    ),
    rule(
        "range of measures",
        r"(?<=[个天日月年岁号元块度米级层楼周折万亿点时秒])\s?[-~～–—]\s?(?=[0-9零负上下早晚中凌次今明周星])|(?<=[0-9])\s?[-~～–—]\s?(?=零下|负)",
        "到",
    ),
    rule(
        "unit",
        rf"{BEGIN}(?<![A-Za-z])(?<![A-Za-z] )(?P<n>{NUM})(?P<scale>{SCALE})?\s?(?P<unit>{UNIT})(?![A-Za-z])",
        lambda m: f"{counted(m['n'])}{m['scale'] or ''}{UNITS[m['unit']]}",
    ),
    rule(
        "range of units",
        r"(?<=[度克米升斤里瓦伏秒时帕兆])\s?[-~～–—]\s?(?=[零负一二三四五六七八九十百千两])",
        "到",
    ),
    rule(
        "page of",
        r"第\s?([0-9]{1,4})\s?/\s?([0-9]{1,4})\s?([页步题章节集])",
        lambda m: f"第{amount(m[1])}{m[3]}，共{m[2]}{m[3]}",
    ),
    rule("always", r"(?<![0-9/])24/7(?![0-9/])", "全天候"),
    rule(
        "mixed fraction",
        rf"{BEGIN}([0-9]{{1,4}})\s([0-9]{{1,3}})/([0-9]{{1,3}})(?![0-9/])",
        lambda m: f"{amount(m[1])}又{amount(m[3])}分之{amount(m[2])}",
    ),
    rule(
        "fraction",
        rf"{BEGIN}(?<!/)([0-9]{{1,6}})/([0-9]{{1,6}})(?![0-9/])",
        lambda m: f"{amount(m[2])}分之{amount(m[1])}",
    ),
    rule("discount", rf"{BEGIN}([1-9][1-9])(?=折)", lambda m: year(m[1])),
    rule(
        "per",
        r"(?<=[元块个次人分条件台份克升米字角毛度万亿])/(?=[年月日天周时分秒人次个件斤公台份千克升平米条位间晚小㎡]|一百公里)",
        "每",
    ),
    rule("square metres", r"(?:㎡|(?<![A-Za-z])m²)", "平方米"),
    rule("more than", rf"(?<=[0-9])\+(?={MEASURED})", "多"),
    rule("times", r"(?<=[0-9])\s?[×xX*]\s?(?=[0-9])", "乘"),
)
