"""Tokens for a tenant's model that wants OAuth 2.0 client credentials (RFC 6749, 4.4).

Fetched once for all calls, used until shortly before its end; nothing of it is ever written anywhere.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import httpx
import orjson

from voice_engine import outbound
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.failures import Failures
from voice_engine.providers.llm import connections, faults
from voice_engine.providers.tokens import Token, Tokens
from voice_engine.servers.tokens import Client, is_header_value, usable_s

VENDOR = "custom-llm"

_tokens = Tokens(Failures(VENDOR, "The token endpoint of the assistant's own model"), spare_s=0.0)


def plan_of(config: ProviderConfig) -> Client | None:
    """The plan in `options.authenticationPlan` with the account's clientSecret; None if there is none.

    Raises BadRequest for a plan that lacks something or leads inwards.
    """
    told: Mapping[str, Any] | None = config.options.get("authenticationPlan")
    if not told:
        return None
    url, client_id = told.get("url"), told.get("clientId")
    secret = config.secrets.get("clientSecret", "")
    for name, value in (("url", url), ("clientId", client_id), ("clientSecret", secret)):
        if not value or not isinstance(value, str):
            sentence = f"The credential's authenticationPlan needs its {name}."
            raise BadRequest("bad_authentication_plan", sentence, field=f"authenticationPlan.{name}")
    allowed = tuple(config.options.get("allowedTargets", ()))
    outbound.check_url(told["url"], allowed)
    return Client(told["url"], told["clientId"], secret, str(told.get("scope") or ""), allowed)


async def token(plan: Client) -> str:
    """A token that is good now. However many ask at once, one of them fetches it.

    Raises ProviderError: auth when it is refused, else network, timeout or server.
    """
    return await _tokens.of(plan, partial(_fetch, plan))


def refused(plan: Client, token: str) -> None:
    """The model did not take this token: the next call fetches another."""
    _tokens.refused(plan, token)


async def _fetch(plan: Client) -> Token:
    client = await connections.http(plan.allowed)
    headers = {
        "accept": "application/json",
        "accept-encoding": "identity",
        "content-type": "application/x-www-form-urlencoded",
    }
    try:
        answer = await client.post(plan.url, content=plan.form, headers=headers)
    except httpx.HTTPError as error:
        raise faults.of_exception(error, VENDOR) from error
    except BadRequest as inside:
        raise faults.fault("auth", VENDOR, inside.message) from inside
    return _read(answer)


def _read(answer: httpx.Response) -> Token:
    if answer.status_code >= 500:
        sentence = f"The token endpoint answered {answer.status_code}"
        raise faults.fault("server", VENDOR, sentence, vendor_code=str(answer.status_code))
    try:
        body = orjson.loads(answer.content)
    except ValueError:
        body = {}
    body = body if isinstance(body, dict) else {}
    token, kind = body.get("access_token"), str(body.get("token_type", "bearer"))
    if answer.status_code != 200 or kind.lower() != "bearer" or not is_header_value(token):
        raise _refusal(body, answer.status_code)
    return Token(str(token), usable_s(body.get("expires_in")))


def _refusal(body: dict[str, Any], status: int) -> ProviderError:
    """An endpoint that refuses, or answers with something that is no bearer token."""
    code = str(body.get("error") or status)[:100]
    why = str(body.get("error_description") or f"it answered {code}")[:300]
    sentence = f"The token endpoint gave no bearer token: {why}"
    return faults.fault("auth", VENDOR, sentence, vendor_code=code)
