"""How a Chinese person reads what is written: an ordered table of rules.

Early rules settle the shape of a number (date, phone, range …); what they leave as digits, later ones read as
an amount. After the last rule no ASCII digit is left.
"""

import re

from voice_engine.speak.numerals import amount, counted, grouped, spelled, year
from voice_engine.speak.rules import Match, Rule, rule
from voice_engine.speak.units import COUNTED, CURRENCIES, UNITS


def _either(words: tuple[str, ...] | dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_HAN = "\u3400-\u9fff"
_B = r"(?<![0-9])(?<![0-9]\.)"  # a number begins here …
_E = r"(?![0-9])"  # … and is over
_NUM = rf"(?:[0-9]{{1,3}}(?:,[0-9]{{3}}){{1,5}}|[0-9]{{1,16}})(?:\.[0-9]{{1,12}})?{_E}"
_SCALE = "[十百千]?[万亿]"
_TO = r"\s?(?:-|–|—|~|～|至|到)\s?"
_UNIT = _either(UNITS)
_COUNTED = _either(COUNTED)
_MEASURED = rf"\s?(?:{_COUNTED}|[%％℃°多来几余]|(?:{_UNIT})(?![A-Za-z]))"
_MONTH = "(?:1[0-2]|0?[1-9])"
_DAY = "(?:3[01]|[12][0-9]|0?[1-9])"
_YEAR = "(?:1[1-9][0-9]{2}|2[01][0-9]{2})"
_CLOCK = r"(?:[01]?[0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9])?(?![0-9:])"
_DOMAIN = r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})"
_TOP = "com|cn|net|org|gov|edu|io|ai|top|cc|app|dev"


# ── the net ──────────────────────────────────────────────────────────────────────────────────────────

_NET_SIGNS = str.maketrans({".": "点", "-": "杠", "_": "下划线", ":": "冒号", "+": "加", "%": ""})


def _host(text: str) -> str:
    return spelled(text).translate(_NET_SIGNS)


def _url(m: Match) -> str:
    """The host, and the path if it is one short word: nobody wants to hear the rest."""
    short = re.fullmatch(r"/([A-Za-z0-9-]{1,20})/?", m["path"] or "")
    return _host(m["host"]) + (f"斜杠{_host(short[1])}" if short else "")


_NET = (
    rule(
        "e-mail",
        rf"(?<![A-Za-z0-9._%+-])([A-Za-z0-9._%+-]{{1,64}})@({_DOMAIN}{{1,5}})",
        lambda m: f"{_host(m[1])}艾特{_host(m[2])}",
    ),
    rule(
        "url",
        rf"(?:(?:https?|wss?)://|(?<![A-Za-z0-9_.@-])(?={_DOMAIN}{{0,4}}\.(?:{_TOP})(?![A-Za-z0-9-])))"
        rf"(?P<host>{_DOMAIN}{{0,5}}(?::[0-9]{{1,5}}(?![0-9]))?)"
        r"(?P<path>/(?:[A-Za-z0-9/?#%&=+_.~:,;@!$'()*-]{0,2000}[A-Za-z0-9/=&#_-])?)?",
        _url,
    ),
    rule(
        "network address", rf"{_B}(?:[0-9]{{1,3}}\.){{3}}[0-9]{{1,3}}(?![0-9]|\.[0-9])", lambda m: _host(m[0])
    ),
)


# ── days and hours ───────────────────────────────────────────────────────────────────────────────────


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


_TIME = (
    rule(
        "date",
        rf"{_B}(?P<y>{_YEAR})(?P<s>[-/.])(?P<m>{_MONTH})(?P=s)(?P<d>{_DAY}){_E}(?![-/.][0-9])日?"
        r"(?:(?:T|\s{1,2})(?=[0-2]?[0-9]:[0-5][0-9]))?",
        _date,
    ),
    rule(
        "month",
        rf"{_B}({_YEAR})[-/](0[1-9]|1[0-2]){_E}(?![-/.][0-9])月?",
        lambda m: f"{year(m[1])}年{amount(m[2].lstrip('0'))}月",
    ),
    rule("years", rf"{_B}({_YEAR})年?{_TO}({_YEAR})\s?年", lambda m: f"{year(m[1])}到{year(m[2])}年"),
    rule(
        "age in years",
        rf"{_B}([1-9][0-9]{{2}}0)\s?年(?=[的来]?历史|[之以]?前)",
        lambda m: f"{amount(m[1])}年",
    ),
    rule("year", rf"{_B}({_YEAR})\s?年", lambda m: f"{year(m[1])}年"),
    rule("short year", rf"{_B}([0-9]{{2}})年(?={_MONTH}月)", lambda m: f"{year(m[1])}年"),
    rule("generation", rf"{_B}(?:[05-9]0|[89]5)(?=后(?!\s?[天年月日周小分个]))", lambda m: spelled(m[0])),
    rule("half day", rf"{_B}(?P<time>{_CLOCK})\s?(?P<half>[aApP]\.?[mM](?![A-Za-z])\.?)", _half_day),
    rule("hours", rf"{_B}({_CLOCK}){_TO}({_CLOCK})", lambda m: f"{_time(m[1])}到{_time(m[2])}"),
    rule(
        "score",
        rf"((?:比分|比例|比率|比值|配比)(?:是|为|约)?[:：]?\s?)([0-9]{{1,4}})\s?[:：比-]\s?([0-9]{{1,4}}){_E}",
        lambda m: f"{m[1]}{amount(m[2])}比{amount(m[3])}",
    ),
    rule("hour", rf"{_B}({_CLOCK})(?:\.[0-9]{{1,6}})?(?:Z|\+08:?00)?", lambda m: _time(m[1])),
    rule(
        "ratio", rf"{_B}([0-9]{{1,6}})\s?:\s?([0-9]{{1,6}}){_E}", lambda m: f"{amount(m[1])}比{amount(m[2])}"
    ),
)


# ── names made of digits ─────────────────────────────────────────────────────────────────────────────

_NAMES = (
    "电话 手机 号码 座机 热线 客服 分机 传真 编号 编码 订单 单号 运单 快递 工单 合同 保单 发票 账号 账户 帐号 卡号 尾号 后四位 末四位 "
    "后六位 验证码 校验码 密码 口令 取件码 取票码 邀请码 房间 门牌 身份证 证件 护照 工号 学号 座位 航班 车次 车牌 邮编 邮政编码 QQ 微信 "
    "ID 代码 拨打 拨 致电 呼叫 报警 急救 火警 打"
)
_NAMED = rf"(?:{_either(tuple(_NAMES.split()))})(?:号码|号)?(?:是|为|叫)?[:：]?\s{{0,2}}"
_PLACES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


def _figures(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _phone(m: Match) -> str:
    return ("加八六，" if m["country"] else "") + grouped(_figures(m["number"]))


def _service(m: Match) -> str:
    digits = _figures(m[0])
    return "，".join(map(spelled, (digits[:3], digits[3:6], digits[6:])))


def _code(text: str) -> str:
    """Long digit strings with pauses, letters as they are, a pause for a hyphen."""
    if len(text) == 1:
        return amount(text)
    letters, digits = re.fullmatch(r"([A-Za-z]*)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    return letters + "，".join(
        grouped(part) if part.isdecimal() else spelled(part) for part in re.split("-+", digits.strip("-"))
    )


def _hyphens(m: Match) -> str:
    return "杠".join(spelled(part) if len(part) > 2 else amount(part) for part in m[0].split("-"))


def _digits(m: Match) -> str:
    return spelled(m[0])


_CODES = (
    rule(
        "version",
        rf"{_B}[0-9]{{1,4}}(?:\.[0-9]{{1,4}}){{2,4}}{_E}",
        lambda m: "点".join(map(amount, m[0].split("."))),
    ),
    rule(
        "mobile",
        rf"(?P<country>(?:\+86|\+?0086|\(\+?86\))[\s-]?)?{_B}(?P<number>1[3-9][0-9](?P<gap>[\s-]?)[0-9]{{4}}(?P=gap)[0-9]{{4}}){_E}"
        rf"(?![.,][0-9]|{_MEASURED})",
        _phone,
    ),
    rule(
        "landline",
        rf"{_B}[(（]?(0(?:10|2[0-9]|[3-9][0-9]{{2}}))[)）\s-]{{1,2}}([1-9][0-9]{{2,3}}[\s-]?[0-9]{{4}}){_E}",
        lambda m: f"{spelled(m[1])}，{grouped(_figures(m[2]))}",
    ),
    rule(
        "service line",
        rf"{_B}[48]00(?:-[0-9]{{3}}-[0-9]{{4}}|\s[0-9]{{3}}\s[0-9]{{4}}|-[0-9]{{4}}-[0-9]{{3}}|[0-9]{{7}}){_E}(?!{_MEASURED})",
        _service,
    ),
    rule(
        "resident id",
        rf"{_B}[1-9][0-9]{{5}}(?:19|20)[0-9]{{9}}[0-9Xx](?![0-9A-Za-z])",
        lambda m: grouped(m[0].upper()),
    ),
    rule(
        "bank card",
        rf"{_B}[0-9]{{4}}([\s-])(?:[0-9]{{4}}\1){{2,3}}[0-9]{{1,4}}{_E}",
        lambda m: "，".join(map(spelled, re.split(r"[\s-]", m[0]))),
    ),
    rule(
        "named code",
        rf"(?P<name>{_NAMED})(?P<code>[A-Za-z]{{0,6}}-?(?:[0-9]|[0-9][0-9A-Za-z-]{{2,40}}))"
        rf"(?![0-9A-Za-z-]|[,.:/][0-9]|{_MEASURED}|[万亿]|\s?[~～到至]\s?[0-9])",
        lambda m: m["name"] + _code(m["code"]),
    ),
    rule(
        "emergency",
        rf"\A\s{{0,8}}(?:110|119|120|122|114)(?=[。！!，,.]?\s{{0,8}}\Z)|{_B}11[09](?=报警|台|指挥|接警)|{_B}120(?=急救)",
        _digits,
    ),
    rule(
        "hotline",
        rf"{_B}(?<![A-Za-z,-])(?:100(?:01|10|86|99)|12(?:3(?:0[56]|1[058]|2[0-9]|33|45|48|66|8[018])|1(?:10|23))"
        rf"|95[0-9]{{3}}|96[0-9]{{3,4}})(?![0-9A-Za-z]|[.,:/~-][0-9]|{_MEASURED}|[万亿])",
        _digits,
    ),
)


# ── amounts ──────────────────────────────────────────────────────────────────────────────────────────


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
    if not m["until"]:
        return spoken
    return f"{spoken}到{_share(m['until'], of) if m['first'] else amount(_short(m['until']))}"


def _range(m: Match) -> str:
    return f"{counted(m['from']) if m['measured'] else amount(m['from'])}到{m['to']}"


_AMOUNTS = (
    rule(
        "money",
        rf"(?P<minus>-)?(?<![A-Za-z])(?P<sign>{_either(CURRENCIES)})\s?(?P<n>{_NUM})"
        rf"(?:{_TO}[¥￥$€£]?(?P<until>{_NUM}))?\s?(?P<scale>{_SCALE})?(?:元|块)?",
        _money,
    ),
    rule(
        "idle zeros",
        rf"{_B}[0-9,]{{1,20}}\.[0-9]{{1,4}}(?=\s?(?:元|块|人民币|美元|欧元|英镑|港元|港币|日元))",
        lambda m: _short(m[0]),
    ),
    rule(
        "percent",
        rf"(?P<minus>(?<![A-Za-z0-9])-)?{_B}(?P<n>{_NUM})(?:(?P<first>[%‰])?{_TO}(?P<until>{_NUM}))?\s?(?P<sign>[%‰])",
        _percent,
    ),
    rule(
        "frost",
        rf"(?<![A-Za-z0-9])-(?={_NUM}(?:\s?[~～到至]\s?-?{_NUM})?\s?(?:℃|°C|摄氏度|度|°(?!F)))",
        "零下",
    ),
    rule("subtraction", rf"{_B}({_NUM})\s?[-−]\s?(?={_NUM}\s?=)", lambda m: f"{amount(m[1])}减"),
    rule(
        "minus",
        rf"(?<![A-Za-z0-9)）{_HAN}])[-−](?={_NUM})|(?<![A-Za-z0-9天日月年点号楼层级])[-−](?={_NUM}(?:{_MEASURED}|[万亿]))",
        "负",
    ),
    rule("chain", rf"{_B}(?<![-A-Za-z])[0-9]{{1,6}}(?:-[0-9]{{1,6}}){{2,6}}(?![0-9-])", _hyphens),
    rule(
        "range",
        rf"{_B}(?<![A-Za-z]-)(?<![A-Za-z])(?P<from>{_NUM}){_TO}(?P<to>{_NUM}(?P<measured>{_SCALE}|{_MEASURED})?)",
        _range,
    ),
    rule(
        "range of measures",
        rf"(?<=[个天日月年岁号元块度米级层楼周折万亿点时秒])\s?[-~～–—]\s?(?=[0-9零负上下早晚中凌次今明周星])",
        "到",
    ),
    rule(
        "unit",
        rf"{_B}(?<![A-Za-z])(?<![A-Za-z] )(?P<n>{_NUM})(?P<scale>{_SCALE})?\s?(?P<unit>{_UNIT})(?![A-Za-z])",
        lambda m: f"{counted(m['n'])}{m['scale'] or ''}{UNITS[m['unit']]}",
    ),
    rule(
        "page of",
        r"第\s?([0-9]{1,4})\s?/\s?([0-9]{1,4})\s?([页步题章节集])",
        lambda m: f"第{amount(m[1])}{m[3]}，共{m[2]}{m[3]}",
    ),
    rule("always", r"(?<![0-9/])24/7(?![0-9/])", "全天候"),
    rule(
        "fraction",
        rf"{_B}(?<!/)([0-9]{{1,6}})/([0-9]{{1,6}})(?![0-9/])",
        lambda m: f"{amount(m[2])}分之{amount(m[1])}",
    ),
    rule(
        "per",
        r"(?<=[元块个次人分条件台份克升米字角毛度])/(?=[年月日天周时分秒人次个件斤公台份千克升平米条位间晚小])",
        "每",
    ),
    rule("more than", rf"(?<=[0-9])\+(?={_MEASURED})", "多"),
    rule("times", r"(?<=[0-9])\s?[×xX*]\s?(?=[0-9])", "乘"),
)


# ── numbers beside letters and words ─────────────────────────────────────────────────────────────────

_BESIDE = (
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
    rule(
        "plate",
        rf"(?<=[{_PLACES}])([A-Z])[·\s]?([A-Z0-9]{{5,6}})(?![A-Za-z0-9])",
        lambda m: m[1] + spelled(m[2]),
    ),
    rule("long code", r"(?<![A-Za-z0-9])[A-Z]{1,4}-?[0-9]{7,24}(?![0-9A-Za-z])", lambda m: _code(m[0])),
    rule(
        "model",
        r"(?<![A-Za-z0-9])([A-Z]{1,3})-?([0-9]{3,6})(?![0-9A-Za-z]|\.[0-9])",
        lambda m: m[1] + spelled(m[2]),
    ),
    rule(
        "mixed code",
        r"(?<![A-Za-z0-9])(?=[A-Z0-9]{0,16}[0-9][A-Z])[A-Z][A-Z0-9]{5,18}(?![A-Za-z0-9])",
        _digits,
    ),
    rule("hyphened", r"(?<=[A-Za-z])-(?=[0-9])", ""),
    rule(
        "picture lines",
        r"(?<![0-9])(480|720|1080|1440|2160)[pP](?![A-Za-z0-9])",
        lambda m: f"{spelled(m[1])}P",
    ),
    rule(
        "room", rf"{_B}[0-9]{{3,4}}(?=\s?(?:房|室|包厢|包间|号房|次列车|次航班|路公交|路车|路公共))", _digits
    ),
    rule("shopping day", rf"{_B}(?:618|1111|1212)(?=大促|活动|购物|期间|年中)", _digits),
    rule("two", rf"{_B}(?<!第)(?<!第\s)2(?!\s?分之|\s?年级)(?=\s?(?:[万亿]|[多来几]?(?:{_COUNTED})))", "两"),
    rule("amount", rf"{_B}{_NUM}(?=[万亿]|{_MEASURED})", lambda m: amount(m[0])),
    rule("long number", rf"{_B}[0-9]{{8,}}(?!\.[0-9])", lambda m: grouped(m[0])),
    rule("number", _NUM, lambda m: amount(m[0])),
    rule("digits", r"[0-9]+", _digits),
)


# ── signs ────────────────────────────────────────────────────────────────────────────────────────────

_SIGNS = {
    "+": "加", "=": "等于", "≈": "约等于", "≥": "大于等于", "≤": "小于等于", "≠": "不等于", "±": "正负", "÷": "除以",
    "×": "乘", "&": "和", "@": "艾特", "√": "根号", "°": "度", "²": "平方", "³": "立方", "<": "小于", ">": "大于",
}  # fmt: skip

_LAST = (
    rule("initials", r"(?<=[A-Z])&(?=[A-Z])", " and "),
    rule(
        "compare",
        r"(?<=\s)[<>](?=\s)|(?<=[零一二三四五六七八九十百千万亿])[<>](?=[零一二三四五六七八九十百])",
        lambda m: _SIGNS[m[0]],
    ),
    rule("sign", r"[+=≈≥≤≠±÷×&@√°²³]", lambda m: _SIGNS[m[0]]),
    rule("or", rf"(?<=[{_HAN}])/(?=[{_HAN}])", "或"),
    rule("dash", rf"(?<=[{_HAN}])\s?-\s?(?=[{_HAN}])", "，"),
    rule("wave", r"[~～]+", "，"),
    rule("nothing", r"[#^*`]", ""),
    rule("blank", r"[{}\[\]<>\\/|$¥￥€£]", " "),
)

_FIRST = (rule("clock colon", r"(?<=[0-9])：(?=[0-5][0-9](?![0-9]))", ":"),)

CHINESE_RULES: tuple[Rule, ...] = (*_FIRST, *_NET, *_TIME, *_CODES, *_AMOUNTS, *_BESIDE, *_LAST)
