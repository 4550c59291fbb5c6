"""What an engine asks the control plane in mid-call: who takes over, and whether a listener's key is good."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx

from voice_engine.kernel import tokens
from voice_engine.kernel.errors import BadRequest, Unauthorized, Unavailable
from voice_engine.session.parts import Refer, Referred
from voice_engine.settings import EngineSettings
from voice_engine.spec import DestinationSpec, SessionSpec, SquadSpec

MEMBERS, PERMISSION = "/v1/engine/members", "/v1/engine/permission"
TOKEN_S = 60.0
Permit = Callable[
    [str, str, str], Awaitable[None]
]  # call, organisation, key; raises Unauthorized, Unavailable


def referrals(api: httpx.AsyncClient, settings: EngineSettings, name: str) -> Callable[[SessionSpec], Refer]:
    """How a session asks; it shows a token for its own call only."""

    def of(spec: SessionSpec) -> Refer:
        async def refer(asked: dict[str, Any]) -> Referred:
            pin = _pin(settings, name, spec.call_id, spec.org_id)
            status, found = await _post(api, MEMBERS, pin, json=asked)
            if status != 200:
                raise BadRequest(*_refusal(found))
            return _read(found)

        return refer

    return of


def _read(found: dict[str, Any]) -> Referred:
    to = found.get("destination")
    return Referred(
        SquadSpec.model_validate(found["squad"]),
        found["entry"],
        DestinationSpec.model_validate(to) if to else None,
        found.get("variables") or {},
    )


def permits(api: httpx.AsyncClient, settings: EngineSettings, name: str) -> Permit:
    """Whether a key may listen to a call."""

    async def permit(call_id: str, org_id: str, key: str) -> None:
        pin = _pin(settings, name, call_id, org_id)
        status, found = await _post(api, PERMISSION, pin, headers={"Authorization": f"Bearer {key}"})
        if status != 200:
            raise Unauthorized(*_refusal(found))

    return permit


async def _post(
    api: httpx.AsyncClient, path: str, pin: str, *, json: Any = None, headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any]]:
    try:
        answer = await api.post(path, json=json, headers={"X-Yingda-Engine": pin, **(headers or {})})
        return answer.status_code, answer.json()
    except (httpx.HTTPError, ValueError) as error:
        sentence = "The API could not be asked just now; try again."
        raise Unavailable("api_unreachable", sentence) from error


def _pin(settings: EngineSettings, name: str, call_id: str, org_id: str) -> str:
    claims = {"kind": "engine", "engine": name, "call": call_id, "org": org_id}
    return tokens.sign(claims, settings.secret_bytes, expires_at=time.time() + TOKEN_S)


def _refusal(found: dict[str, Any]) -> tuple[str, str]:
    said = found.get("message", "It was refused.")
    text = "; ".join(map(str, said)) if isinstance(said, list) else str(said)
    return str(found.get("code", "refused")), text
