"""Tokens for models that want OAuth 2.0 client credentials (RFC 6749, 4.4): fetched once, used by every call.

A token is kept for the process, until shortly before its end; nothing of it is ever written anywhere.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import httpx
import orjson

from voice_engine import outbound
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.llm import connections, faults

EARLY_S = 60.0  # before its end a token counts as used up, but never more than half its life
UNKNOWN_LIFE_S = 300.0  # where the server does not say how long a token lives
ANSWER_S = 10.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Where tokens come from, and for whom. `allowed` networks may be reached besides public ones."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str = ""
    allowed: tuple[str, ...] = ()

    @property
    def form(self) -> dict[str, str]:
        """What is posted."""
        known = {"client_id": self.client_id, "client_secret": self.client_secret}
        scope = {"scope": self.scope} if self.scope else {}
        return {"grant_type": "client_credentials", **known, **scope}


@dataclass(slots=True)
class _Desk:
    """What is known of one plan: the token, until when (in the loop's time), and who is fetching one."""

    token: str = ""
    until: float = 0.0
    fetching: asyncio.Lock = field(default_factory=asyncio.Lock)


_desks: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Plan, _Desk]] = WeakKeyDictionary()


def plan_of(config: ProviderConfig) -> Plan | None:
    """The plan in `options.authenticationPlan` with the account's clientSecret; None if there is none.

    Raises BadRequest for a plan that lacks something or leads inwards.
    """
    told: Mapping[str, Any] | None = config.options.get("authenticationPlan")
    if not told:
        return None
    secret = config.secrets.get("clientSecret", "")
    for name, value in (
        ("url", told.get("url")),
        ("clientId", told.get("clientId")),
        ("clientSecret", secret),
    ):
        if not value or not isinstance(value, str):
            sentence = f"The credential's authenticationPlan needs its {name}."
            raise BadRequest("bad_authentication_plan", sentence, field=f"authenticationPlan.{name}")
    allowed = tuple(config.options.get("allowedTargets", ()))
    outbound.check_url(told["url"], allowed)
    return Plan(told["url"], told["clientId"], secret, str(told.get("scope") or ""), allowed)


async def token(plan: Plan, vendor: str) -> str:
    """A token that is good now. However many ask at once, one of them fetches it.

    Raises ProviderError: auth when it is refused, else network, timeout or server.
    """
    loop = asyncio.get_running_loop()
    desk = _desk(plan, loop.time())
    if loop.time() >= desk.until:
        async with desk.fetching:
            if loop.time() >= desk.until:
                asked = loop.time()
                desk.token, life = await _fetch(plan, vendor)
                desk.until = asked + life - min(EARLY_S, life / 2)
    return desk.token


def refused(plan: Plan, token: str) -> None:
    """The model did not take this token: the next call fetches another."""
    desk = _desk(plan, 0.0)
    if desk.token == token:
        desk.until = 0.0


def _desk(plan: Plan, now: float) -> _Desk:
    known = _desks.setdefault(asyncio.get_running_loop(), {})
    if plan not in known:
        for old in [p for p, desk in known.items() if desk.until < now and not desk.fetching.locked()]:
            del known[old]
        known[plan] = _Desk()
    return known[plan]


async def _fetch(plan: Plan, vendor: str) -> tuple[str, float]:
    client = await connections.http(plan.allowed)
    headers = {"accept": "application/json", "accept-encoding": "identity"}
    try:
        async with asyncio.timeout(ANSWER_S):
            answer = await client.post(plan.url, data=plan.form, headers=headers)
    except TimeoutError as error:
        raise faults.fault("timeout", vendor, f"The token endpoint of {vendor} did not answer") from error
    except httpx.HTTPError as error:
        raise faults.of_exception(error, vendor) from error
    except BadRequest as inside:
        raise faults.fault("auth", vendor, inside.message) from inside
    return _read(answer, vendor)


def _read(answer: httpx.Response, vendor: str) -> tuple[str, float]:
    if answer.status_code >= 500:
        sentence = f"The token endpoint of {vendor} answered {answer.status_code}"
        raise faults.fault("server", vendor, sentence, vendor_code=str(answer.status_code))
    try:
        body = orjson.loads(answer.content)
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    token, kind = body.get("access_token"), str(body.get("token_type", "bearer"))
    if answer.status_code != 200 or kind.lower() != "bearer" or not _usable(token):
        raise _refusal(body, answer.status_code, vendor)
    return str(token), _life(body.get("expires_in"))


def _refusal(body: dict[str, Any], status: int, vendor: str) -> ProviderError:
    """An endpoint that refuses, or answers with something that is no bearer token."""
    code = str(body.get("error") or status)[:100]
    why = str(body.get("error_description") or f"it answered {code}")[:300]
    sentence = f"The token endpoint of {vendor} gave no bearer token: {why}"
    return faults.fault("auth", vendor, sentence, vendor_code=code)


def _usable(token: Any) -> bool:
    return isinstance(token, str) and bool(token) and token.isascii() and token.isprintable()


def _life(told: Any) -> float:
    try:
        seconds = float(told)
    except (TypeError, ValueError, OverflowError):
        return UNKNOWN_LIFE_S
    return seconds if 0 < seconds < 10**9 else UNKNOWN_LIFE_S
