"""Addresses of the net, read aloud."""

import re

from voice_engine.speak.chinese.numerals import spelled
from voice_engine.speak.chinese.patterns import BEGIN
from voice_engine.speak.rules import Match, rule

_DOMAIN = r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})"
_TOP = "com|cn|net|org|gov|edu|io|ai|top|cc|app|dev"
_NET_SIGNS = str.maketrans({".": "点", "-": "杠", "_": "下划线", ":": "冒号", "+": "加", "%": ""})


def _host(text: str) -> str:
    return spelled(text).translate(_NET_SIGNS)


def _url(m: Match) -> str:
    """The host, and the path if it is one short word: nobody wants to hear the rest."""
    short = re.fullmatch(r"/([A-Za-z0-9-]{1,20})/?", m["path"] or "")
    return _host(m["host"]) + (f"斜杠{_host(short[1])}" if short else "")


ADDRESS_RULES = (
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
        "nickname",
        r"((?:微信|账号|帐号|用户名|昵称|口令|密码)号?(?:是|为)?[:：]?\s?)([A-Za-z0-9-]{1,30}(?:_[A-Za-z0-9-]{1,30}){1,5})",
        lambda m: m[1] + _host(m[2]),
    ),
    rule(
        "network address",
        rf"{BEGIN}(?:[0-9]{{1,3}}\.){{3}}[0-9]{{1,3}}(?![0-9]|\.[0-9])",
        lambda m: _host(m[0]),
    ),
)
