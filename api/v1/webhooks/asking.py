"""`assistant-request`: a server is asked at call time who is to take the call.

The question never raises and holds neither a database connection nor a worker thread while it waits; an
answer that cannot be used becomes Vapi's endedReason.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import orjson
from pydantic import TypeAdapter, ValidationError

from api.db.tx import transaction
from api.http.body import Malformed, parse
from api.http.workers import Workers
from api.v1.assistants.schemas.assistant import AssistantOverrides, CreateAssistant
from api.v1.assistants.schemas.destinations import NumberDestination, SipDestination, TransferDestination
from api.v1.squads.schemas import CreateSquad
from api.v1.webhooks.secrets import Secrets
from api.v1.webhooks.targets import authentication, own_headers
from api.v1.webhooks.words import assistant_request
from api.wiring import Wiring
from voice_engine.kernel.clock import epoch_ms
from voice_engine.kernel.errors import YingdaError
from voice_engine.servers.ask import Ask, Servers

Json = dict[str, Any]

LIMIT_S = 7.5  # looking up, connecting, a token, the whole answer
ANSWER_LIMIT = 1024 * 1024  # bytes; an assistant may come by value
LONGEST_ERROR = 1000  # characters that are spoken
FAILED = "assistant-request-failed"
RETURNED_ERROR = "assistant-request-returned-error"
RETURNED_UNSPEAKABLE = "assistant-request-returned-unspeakable-error"
RETURNED_INVALID = "assistant-request-returned-invalid-assistant"
RETURNED_NONE = "assistant-request-returned-no-assistant"
RETURNED_NUMBER = "assistant-request-returned-forwarding-phone-number"
_CHOICES = ("assistantId", "assistant", "squadId", "squad", "destination", "error")
_DESTINATION: TypeAdapter[Any] = TypeAdapter(TransferDestination)


class State(Protocol):
    """What is needed of `app.state`."""

    wiring: Wiring
    workers: Workers


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the server chose.

    With an `ended_reason` the call has no assistant: it ends with it once `error` has been spoken, or
    `destination` (in the API's words) is connected. `ended_message` says why, for people.
    Whoever does not find `assistant_id` or `squad_id` ends the call with RETURNED_INVALID.
    """

    assistant_id: str | None = None
    assistant: CreateAssistant | None = None
    squad_id: str | None = None
    squad: CreateSquad | None = None
    assistant_overrides: AssistantOverrides | None = None
    destination: Json | None = None
    error: str = ""
    ended_reason: str = ""
    ended_message: str = ""


async def ask_for_assistant(state: State, org_id: str, server: Json, call: Json) -> Chosen:
    """Ask the server of a phone number or organisation (webhooks.targets) about a call as the API shows it.

    `phoneNumber` and `customer` in the call are told beside it, as Vapi does.
    """
    settings = state.wiring.settings
    try:
        async with asyncio.timeout(LIMIT_S):
            ask = await state.workers.run(partial(_prepared, state.wiring, org_id, server, call))
            servers = Servers(settings.secret_bytes, settings.allowed_targets, state.wiring.clock)
            answer = await servers.request(ask, org_id)
    except YingdaError as error:
        return _failed(error.message)
    except TimeoutError:
        return _failed(f"The server did not answer the assistant-request within {LIMIT_S:g} s.")
    if not answer.ok:
        return _failed(f"The server answered the assistant-request with {answer.status}.")
    if answer.truncated:
        return _failed(f"The server's answer is larger than {ANSWER_LIMIT // 1024} KiB.")
    return read(answer.body)


def read(body: bytes) -> Chosen:
    """What an answer means. Fields we do not know are passed over; a `messageResponse` around it is, too."""
    try:
        found = parse(body)
    except Malformed:
        found = None
    if isinstance(found, dict) and isinstance(found.get("messageResponse"), dict):
        found = found["messageResponse"]
    if not isinstance(found, dict):
        return _failed("The server's answer is no JSON object.")
    given = [name for name in _CHOICES if found.get(name) is not None]
    if not given:
        sentence = f"The server's answer names none of {', '.join(_CHOICES)}."
        return Chosen(ended_reason=RETURNED_NONE, ended_message=sentence)
    if len(given) > 1:
        return _invalid(f"The server's answer has {' and '.join(given)}; exactly one may be given.")
    if given == ["error"]:
        return _refusal(found["error"])
    try:
        return _choice(given[0], found)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in (given[0], *first["loc"]))
        return _invalid(f"The server's answer cannot be used: {place} {first['msg']}.")


def _prepared(wiring: Wiring, org_id: str, server: Json, call: Json) -> Ask:
    now, secret = wiring.clock.wall(), wiring.settings.secret_bytes
    body = orjson.dumps({"message": assistant_request(call, epoch_ms(now))})
    with transaction(wiring.engine, org_id, clock=wiring.clock) as session:
        proof = authentication(session, server)
        signing = Secrets(session, secret).valid()
    headers = own_headers(server, secret, org_id)
    return Ask(server["url"], body, headers, proof, signing, LIMIT_S, limit=ANSWER_LIMIT)


def _choice(name: str, found: Mapping[str, Any]) -> Chosen:
    value = found[name]
    given = found.get("assistantOverrides")
    overrides = AssistantOverrides.model_validate(given) if given is not None else None
    match name:
        case "assistant":
            return Chosen(assistant=CreateAssistant.model_validate(value), assistant_overrides=overrides)
        case "squad":
            return Chosen(squad=CreateSquad.model_validate(value), assistant_overrides=overrides)
        case "destination":
            return _forwarding(value)
    if not isinstance(value, str) or not 0 < len(value) <= 100:
        return _invalid(f"The server's answer cannot be used: {name} should be an id.")
    if name == "assistantId":
        return Chosen(assistant_id=value, assistant_overrides=overrides)
    return Chosen(squad_id=value, assistant_overrides=overrides)


def _forwarding(value: Any) -> Chosen:
    to = _DESTINATION.validate_python(value)
    if not isinstance(to, NumberDestination | SipDestination):
        return _invalid("The server's answer cannot be used: destination.type should be number or sip.")
    return Chosen(destination=to.given(), ended_reason=RETURNED_NUMBER)


def _refusal(error: Any) -> Chosen:
    text = " ".join(error.split()) if isinstance(error, str) else ""
    if not text or len(text) > LONGEST_ERROR:
        sentence = f"The server's error is no text of 1 to {LONGEST_ERROR} characters."
        return Chosen(ended_reason=RETURNED_UNSPEAKABLE, ended_message=sentence)
    return Chosen(error=text, ended_reason=RETURNED_ERROR, ended_message=text)


def _failed(sentence: str) -> Chosen:
    return Chosen(ended_reason=FAILED, ended_message=sentence)


def _invalid(sentence: str) -> Chosen:
    return Chosen(ended_reason=RETURNED_INVALID, ended_message=sentence)
