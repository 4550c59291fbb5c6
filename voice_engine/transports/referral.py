"""Asks the control plane for members of a squad that are not in the spec: a handoff to somebody new."""

import time
from collections.abc import Callable
from typing import Any

import httpx

from voice_engine.kernel import tokens
from voice_engine.kernel.errors import BadRequest, Unavailable
from voice_engine.session.parts import Refer, Referred
from voice_engine.settings import EngineSettings
from voice_engine.spec import DestinationSpec, SessionSpec, SquadSpec

PATH = "/v1/engine/members"
TOKEN_S = 60.0


def referrals(api: httpx.AsyncClient, settings: EngineSettings, name: str) -> Callable[[SessionSpec], Refer]:
    """How a session asks; it shows a token for its own call only."""

    def of(spec: SessionSpec) -> Refer:
        async def refer(asked: dict[str, Any]) -> Referred:
            claims = {"kind": "engine", "engine": name, "call": spec.call_id, "org": spec.org_id}
            pin = tokens.sign(claims, settings.secret_bytes, expires_at=time.time() + TOKEN_S)
            try:
                answer = await api.post(PATH, json=asked, headers={"X-Yingda-Engine": pin})
                found: dict[str, Any] = answer.json()
            except (httpx.HTTPError, ValueError) as error:
                sentence = "Whoever is to take over could not be looked up just now; try again."
                raise Unavailable("api_unreachable", sentence) from error
            if answer.status_code != 200:
                raise _refusal(found)
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


def _refusal(found: dict[str, Any]) -> BadRequest:
    said = found.get("message", "It was refused.")
    text = "; ".join(map(str, said)) if isinstance(said, list) else str(said)
    return BadRequest(str(found.get("code", "handoff_refused")), text)
