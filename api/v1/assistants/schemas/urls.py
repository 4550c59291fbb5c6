"""URLs as they may be stored: what is certainly wrong is refused when it is written, not in the first call.

Where a URL leads is judged by `voice_engine.outbound`, then and again with every connection. Pure.
"""

import re
from ipaddress import AddressValueError, IPv4Address
from unicodedata import normalize
from urllib.parse import SplitResult, urlsplit

_TEMPLATE = re.compile(r"\{\{.*?\}\}")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")


def well_formed(url: str) -> str:
    """The same URL; raises ValueError with what should be otherwise. Templates may be anything."""
    plain = _TEMPLATE.sub("{{}}", url)
    if any(sign.isspace() or not sign.isprintable() or sign == "\\" for sign in plain):
        raise ValueError("should be a URL without blanks, backslashes and control characters")
    if plain.startswith("{{"):
        return url
    try:
        parts = urlsplit(plain)
    except ValueError:
        raise ValueError("should be a URL with a host such as example.cn or [2001:db8::1]") from None
    if "{{" not in parts.netloc:
        _check_port(parts)
        _check_host(parts.hostname or "")
    return url


def _check_port(parts: SplitResult) -> None:
    try:
        good = parts.port is None or parts.port > 0
    except ValueError:
        good = False
    if not good:
        raise ValueError("should have a port from 1 to 65535, or none")


def _check_host(host: str) -> None:
    """Resolvers read 2130706433, 0x7f000001 and 127.1 as addresses; no honest URL is written so."""
    name = normalize("NFKC", host).replace("。", ".").removesuffix(".")
    if not name or ".." in name or name.startswith("."):
        raise ValueError("should name a host such as example.cn")
    if not _NUMBER.fullmatch(name.rpartition(".")[2]):
        return
    try:
        IPv4Address(name)
    except AddressValueError:
        raise ValueError("should have an address of four decimal numbers such as 203.0.113.7") from None


def host_of(url: str) -> str:
    """All of a URL up to the end of its host; a template in it is read whole, whatever is in it."""
    found = _HOST.match(url)
    return found[0] if found else ""


def fixed_host(url: str | None, credential_id: str | None) -> None:
    """Raise ValueError if a variable may say where a credential goes."""
    if credential_id and url and ("{{" in host_of(url) or "{%" in host_of(url)):
        raise ValueError("url should name its host without a template: the credential is sent there")


_HOST = re.compile(r"\s*(?:[a-z]+://)?(?:\{\{.*?\}\}|\{%.*?%\}|[^/?#{])*", re.IGNORECASE | re.DOTALL)
