"""iFlytek's codes in our words."""

from collections.abc import Mapping

from voice_engine.kernel.errors import ProviderError, ProviderErrorKind
from voice_engine.providers.iflytek import failures

_KINDS: dict[str, ProviderErrorKind] = {
    "10005": "auth",
    "10105": "auth",
    "10313": "auth",
    "35001": "auth",
    "35004": "auth",
    "35010": "auth",
    "35014": "auth",
    "35030": "auth",
    "100012": "auth",
    "10010": "quota",
    "10110": "quota",
    "11200": "quota",  # no licence, or used up
    "11201": "quota",
    "35002": "quota",
    "10800": "rate_limit",
    "11202": "rate_limit",
    "11203": "rate_limit",
    "10007": "bad_request",
    "10106": "bad_request",
    "10107": "bad_request",
    "10139": "bad_request",
    "10160": "bad_request",
    "10161": "bad_request",
    "10163": "bad_request",
    "10165": "bad_request",
    "35020": "bad_request",
    "37010": "bad_request",
    "10043": "invalid_audio",
    "10019": "idle_timeout",  # a session lives for 60 s
    "10114": "idle_timeout",
    "10200": "idle_timeout",
    "26005": "idle_timeout",
    "37005": "idle_timeout",
    "37007": "idle_timeout",  # a session of `ast` lives for 8 hours
    "10202": "network",
    "10204": "network",
    "10205": "network",
}
_CLOCK = ("10105", "35014", "35030", "100012")  # addresses are signed with the time


def failed(code: object, message: object = "", sid: object = "") -> ProviderError:
    """A message whose code is not 0. Codes that nobody has documented are the vendor's own problem."""
    hint = " (is the clock of this machine right?)" if str(code) in _CLOCK else ""
    if str(code) == "10105":  # of `rtasr` alone
        hint = " (is the clock of this machine right, and rtasrApiKey, which is not apiKey, set?)"
    return failures.told(_KINDS.get(str(code), "server"), code, f"{message or ''}{hint}", sid)


def refused(status: int, headers: Mapping[str, str], body: str) -> ProviderError:
    """No upgrade: an HTTP status, or the vendor's own code in its place.

    403 is for a clock that is wrong by more than 300 s, and for an address not on the list.
    """
    if str(status) in _KINDS:
        return failed(status, body)
    if status != 403:
        return failures.refused(status, body, headers)
    reason = f"{failures.label} refused with HTTP 403: {body.strip()[:300]}."
    more = "The clock of this machine must be right, and its address on the list in the vendor's console."
    return failures.of("auth", f"{reason} {more}", 403)
