"""Names made of digits: telephones, identity cards, orders, hotlines."""

import re

from voice_engine.speak.chinese.numerals import amount, grouped, spelled
from voice_engine.speak.chinese.patterns import BEGIN, END, MEASURED, either
from voice_engine.speak.rules import Match, rule

_NAMES = """
    电话 手机 号码 座机 热线 客服 分机 传真 编号 编码 订单 单号 运单 快递 工单 合同 保单 发票 账号 账户 帐号
    卡号 尾号 后四位 末四位 后六位 验证码 校验码 密码 口令 取件码 取票码 邀请码 房间 门牌 身份证 证件 护照
    工号 学号 会议号 座位 航班 车次 车牌 邮编 邮政编码 QQ 微信 ID 代码 拨打 拨 致电 呼叫 报警 急救 火警 打
"""
_NAMED = rf"(?:{either(_NAMES.split())})(?:号码|号)?(?:是|为|叫)?[:：]?[ \t]{{0,2}}"


_SHELF = re.compile(r"[0-9]{1,2}-[0-9]{1,2}-[0-9]{3,6}")  # where a parcel lies: 5-3-8021
_EXTENSION = r"(?:\s?(?:-|转|转分机|分机)\s?(?P<extension>[0-9]{1,6})(?![0-9-]))?"
_PLACES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


def _figures(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)


def _phone(m: Match) -> str:
    return ("加八六，" if m["country"] else "") + grouped(_figures(m["number"]))


def _landline(m: Match) -> str:
    country = "加八六，" if m["country"] else ""
    return f"{country}{spelled(m['area'])}，{grouped(_figures(m['number']))}{_extension(m)}"


def _extension(m: Match) -> str:
    return f"，转{spelled(m['extension'])}" if m["extension"] else ""


def _service(m: Match) -> str:
    digits = _figures(m["number"])
    return "，".join(map(spelled, (digits[:3], digits[3:6], digits[6:]))) + _extension(m)


def code(text: str) -> str:
    """Long digit strings with pauses, letters as they are, a pause for a hyphen."""
    if len(text) == 1:
        return amount(text)
    if _SHELF.fullmatch(text):
        return spelled(text).replace("-", "杠")
    letters, digits = re.fullmatch(r"([A-Za-z]*)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]
    return letters + "，".join(
        grouped(part) if part.isdecimal() else spelled(part) for part in re.split("-+", digits.strip("-"))
    )


def digits(m: Match) -> str:
    """The whole match, digit by digit."""
    return spelled(m[0])


CODE_RULES = (
    rule(
        "version",
        rf"{BEGIN}[0-9]{{1,4}}(?:\.[0-9]{{1,4}}){{2,4}}{END}",
        lambda m: "点".join(map(amount, m[0].split("."))),
    ),
    rule(
        "plate",
        rf"(?<=[{_PLACES}])([A-Z])[·\s]?([A-Z0-9]{{5,6}})(?![A-Za-z0-9])",
        lambda m: m[1] + spelled(m[2]),
    ),
    rule(
        "mobile",
        rf"(?:(?P<country>(?:\+86|{BEGIN}\+?0086|\(\+?86\))[\s-]?)|{BEGIN})(?P<number>1[3-9][0-9](?P<gap>[\s-]?)[0-9]{{4}}(?P=gap)[0-9]{{4}}){END}"
        rf"(?![.,][0-9]|{MEASURED})",
        _phone,
    ),
    rule(
        "landline",
        rf"{BEGIN}(?:(?P<country>\+86)[\s-]?(?=[1-9])|[(（]?(?=0))(?P<area>0?(?:10|2[0-9]|[3-9][0-9]{{2}}))[)）\s-]{{1,2}}"
        rf"(?P<number>[1-9][0-9]{{2,3}}[\s-]?[0-9]{{4}}){END}{_EXTENSION}",
        _landline,
    ),
    rule(
        "service line",
        rf"{BEGIN}(?P<number>[48]00(?:-[0-9]{{3}}-[0-9]{{4}}|\s[0-9]{{3}}\s[0-9]{{4}}|-[0-9]{{4}}-[0-9]{{3}}|[0-9]{{7}}))"
        rf"{END}(?!{MEASURED}){_EXTENSION}",
        _service,
    ),
    rule("extension", r"(?<=[0-9])转(?=[0-9]{2,6})([0-9]{2,6})(?![0-9])", lambda m: f"，转{spelled(m[1])}"),
    rule(
        "flat",
        rf"((?:单元|号楼|[栋幢座])\s?)([0-9]{{3,4}}){END}(?!{MEASURED}|[号楼层])",
        lambda m: m[1] + spelled(m[2]),
    ),
    rule(
        "resident id",
        rf"{BEGIN}[1-9][0-9]{{5}}(?:19|20)[0-9]{{9}}[0-9Xx](?![0-9A-Za-z])",
        lambda m: grouped(m[0].upper()),
    ),
    rule(
        "bank card",
        rf"{BEGIN}[0-9]{{4}}([\s-])(?:[0-9]{{4}}\1){{2,3}}[0-9]{{1,4}}{END}",
        lambda m: "，".join(map(spelled, re.split(r"[\s-]", m[0]))),
    ),
    rule(
        "named code",
        rf"(?P<name>{_NAMED})(?P<code>[A-Za-z]{{0,6}}-?(?:[0-9]|[0-9][0-9A-Za-z-]{{2,40}}))"
        rf"(?![0-9A-Za-z-]|[,.:/][0-9]|{MEASURED}|[万亿]|\s?[~～到至]\s?[0-9])",
        lambda m: m["name"] + code(m["code"]),
    ),
    rule(
        "emergency",
        rf"\A\s{{0,8}}(?:110|119|120|122|114)(?=[。！!，,.]?\s{{0,8}}\Z)|{BEGIN}11[09](?=报警|台|指挥|接警|火警)|{BEGIN}120(?=急救)",
        digits,
    ),
    rule(
        "hotline",
        rf"{BEGIN}(?<![A-Za-z,-])(?:100(?:01|10|86|99)|12(?:3(?:0[56]|1[058]|2[0-9]|33|45|48|66|8[018])|1(?:10|23))"
        rf"|95[0-9]{{3}}|96[0-9]{{3,4}})(?![0-9A-Za-z]|[.,:/~-][0-9]|{MEASURED}|[万亿])",
        digits,
    ),
)
