"""Assistant + overrides + variables → SessionSpec: defaults filled in, templates rendered. Pure.

Raises BadRequest naming the field when something cannot run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationError

from api.v1.assistants import compliance, parts, speaking
from api.v1.assistants.config import Config, overlay
from api.v1.assistants.moments import asks_silent_callers, moments
from api.v1.assistants.schemas.assistant import AssistantFields
from api.v1.assistants.schemas.plans import MonitorPlan
from api.v1.assistants.servers import SECRET_HEADER
from api.v1.assistants.shelf import Shelf, spread
from api.v1.assistants.turns import turn
from api.v1.credentials.vault import Vault, equip
from voice_engine.kernel.clock import epoch_ms, iso
from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.templates import Templates, check
from voice_engine.spec import AssistantSpec, AuthenticationSpec, IdlePlan, SessionSpec, TransportSpec

Json = dict[str, Any]

_TEMPLATED = (
    "firstMessage", "model", "endCallMessage", "voicemailMessage", "server", "transcriber", "analysisPlan",
    "hooks",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Defaults:
    """Who hears and who speaks when an assistant does not say."""

    transcriber: Json = field(default_factory=lambda: {"provider": "pocketsphinx"})
    voice: Json = field(default_factory=lambda: {"provider": "espeak", "voiceId": "en-us"})


@dataclass(frozen=True, slots=True)
class Occasion:
    """The call an assistant is compiled for. `customer` and `call_type` have the API's words.

    `vault` holds the organisation's credentials, for assistants without a key of their own; `shelf` the
    stored tools that they name; `compliance` the organisation's compliancePlan. `server` is told of a call
    whose assistant has none: the phone number's, else the organisation's (webhooks.targets).
    """

    call_id: str
    session_id: str
    org_id: str
    now: datetime
    call_type: str = "vapi.websocketCall"
    customer: Mapping[str, Any] = field(default_factory=dict)
    transport: TransportSpec = field(default_factory=TransportSpec)
    assistant_id: str = ""
    defaults: Defaults = field(default_factory=Defaults)
    vault: Vault = field(default_factory=Vault)
    shelf: Shelf = field(default_factory=Shelf)
    compliance: Mapping[str, Any] = field(default_factory=dict)
    server: Json | None = None
    phone_number: Mapping[str, Any] = field(default_factory=dict)  # in the API's words, if there is one


@dataclass(frozen=True, slots=True)
class Compiled:
    """The spec for the engine, and what the control plane keeps for itself.

    `server` is None or a server as webhooks.targets describes it, rendered.
    `server_messages` is None for Vapi's default set. `assistant` is the configuration after overrides.
    `compliance_plan` holds the organisation's defaults too.
    """

    spec: SessionSpec
    assistant: Json
    server: Json | None
    server_messages: list[str] | None
    analysis_plan: Json
    listen_enabled: bool
    control_enabled: bool
    artifact_plan: Json = field(default_factory=dict)
    compliance_plan: Json = field(default_factory=dict)


def compile_session(
    assistant: Config,
    overrides: Config,
    occasion: Occasion,
    unseal: Callable[[str], str],
) -> Compiled:
    """Everything one call needs. `unseal` opens webhook secrets that must travel as headers."""
    laid, variables = overlay(assistant, overrides)
    config = spread(laid, occasion.shelf)
    fields = _parse(config.shown)
    templates = Templates(variables_of(occasion, variables), occasion.now)
    server = _server(fields, config, templates, occasion)
    spec = SessionSpec(
        session_id=occasion.session_id,
        call_id=occasion.call_id,
        org_id=occasion.org_id,
        assistant=_assistant(fields, config, templates, occasion, server, unseal),
        transport=occasion.transport,
        keyed=_keyed(fields.monitor_plan),
        masked=bool(_promised(fields, occasion).get("maskingEnabled")),
        created_at_ms=epoch_ms(occasion.now),
        told=_told(fields, occasion),
    )
    monitor, promised = fields.monitor_plan, _promised(fields, occasion)
    return Compiled(
        spec=spec,
        assistant=laid.shown,
        server={k: v for k, v in server.items() if k != "authentication"} if server else None,
        server_messages=None if fields.server_messages is None else [*fields.server_messages],
        analysis_plan=fields.analysis_plan.given() if fields.analysis_plan else {},
        listen_enabled=monitor is None or monitor.listen_enabled,
        control_enabled=monitor is None or monitor.control_enabled,
        artifact_plan=fields.artifact_plan.given() if fields.artifact_plan else {},
        compliance_plan=promised,
    )


def _server(fields: AssistantFields, config: Config, templates: Templates, occasion: Occasion) -> Json | None:
    """Who is told of the call, with how it is shown who asks.

    The one that stands in for the assistant's is the organisation's own, whoever brought the assistant.
    """
    own, vault = parts.server(fields, config, templates), occasion.vault
    server = own or occasion.server
    if server is None or not server.get("credentialId"):
        return server
    paths = tuple(server.get("encryptedPaths") or ())
    asked = AuthenticationSpec(credential_id=server["credentialId"], encrypted_paths=paths)
    return {
        **server,
        "authentication": (vault if own else replace(vault, guarded=False)).authentication(asked),
    }


def _told(fields: AssistantFields, occasion: Occasion) -> Json:
    """With what the engine's questions to servers begin, in the API's words."""
    call = {
        "id": occasion.call_id,
        "orgId": occasion.org_id,
        "type": occasion.call_type,
        "createdAt": iso(occasion.now),
        "assistantId": occasion.assistant_id,
        "customer": dict(occasion.customer),
        "phoneNumberId": occasion.phone_number.get("id"),
    }
    assistant = {"id": occasion.assistant_id, "name": fields.name, "metadata": fields.metadata}
    told = {
        "call": {name: value for name, value in call.items() if value},
        "assistant": {name: value for name, value in assistant.items() if value},
        "customer": dict(occasion.customer),
        "phoneNumber": dict(occasion.phone_number),
    }
    return {name: value for name, value in told.items() if value}


def check_templates(shown: Json) -> None:
    """Raise BadRequest("template_error") if a template in the configuration cannot be read."""
    for key in _TEMPLATED:
        check(shown.get(key), key)


def variables_of(occasion: Occasion, given: Mapping[str, Any]) -> Json:
    """What templates may name, built-in times aside. The call's own facts cannot be overridden."""
    known = given.get("customer")
    customer = {**(known if isinstance(known, Mapping) else {}), **occasion.customer}
    provider = "vapi.sip" if occasion.call_type.endswith("PhoneCall") else "vapi.websocket"
    return {
        **given,
        "customer": customer,
        "call": {"id": occasion.call_id, "type": occasion.call_type},
        **({"phoneNumber": dict(occasion.phone_number)} if occasion.phone_number else {}),
        "transport": {"conversationType": "voice", "provider": provider},
    }


def without_secret_headers(spec: SessionSpec) -> Json:
    """The spec as JSON to keep in the database: what is secret in it stays sealed or is left out."""
    kept: Json = spec.model_dump(mode="json")
    _forget_secrets(kept)
    return kept


def _forget_secrets(value: Any) -> None:
    """Tools stand in many places: a model's own, hooks', whoever is asked for a destination."""
    if isinstance(value, list):
        for item in value:
            _forget_secrets(item)
    elif isinstance(value, dict):
        value.get("server_headers", {}).pop(SECRET_HEADER, None)
        for item in value.values():
            _forget_secrets(item)


def _parse(shown: Json) -> AssistantFields:
    try:
        return AssistantFields.model_validate(shown)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"The assistant cannot run in this installation: {place} {first['msg']}."
        raise BadRequest("assistant_not_valid", message, field=place) from error


def _facts(occasion: Occasion) -> Json:
    call = {"id": occasion.call_id, "orgId": occasion.org_id, "type": occasion.call_type}
    return {"call": call, "customer": dict(occasion.customer)}


def _keyed(monitor: MonitorPlan | None) -> tuple[Literal["listen", "control"], ...]:
    listen = monitor is not None and monitor.listen_authentication_enabled
    control = monitor is not None and monitor.control_authentication_enabled
    return (*(("listen",) if listen else ()), *(("control",) if control else ()))


def _asks_by_itself(fields: AssistantFields) -> bool:
    """Whether hooks ask a silent caller, so that our own idle messages would be one question too many."""
    return fields.message_plan is None and asks_silent_callers(fields)


def _promised(fields: AssistantFields, occasion: Occasion) -> Json:
    return compliance.effective(fields.compliance_plan, occasion.compliance, bool(fields.hipaa_enabled))


def _assistant(
    fields: AssistantFields,
    config: Config,
    templates: Templates,
    occasion: Occasion,
    server: Json | None,
    unseal: Callable[[str], str],
) -> AssistantSpec:
    artifacts = fields.artifact_plan
    spec = AssistantSpec(
        id=occasion.assistant_id,
        name=fields.name or "",
        model=parts.model(fields, config, templates, server, unseal, _facts(occasion)),
        transcriber=parts.transcriber(fields, config, templates, occasion.defaults.transcriber),
        voice=parts.voice(fields, config, templates, occasion.defaults.voice, _facts(occasion)),
        fillers=speaking.fillers(fields.voice),
        background=speaking.background(fields.background_sound, templates),
        first_message=templates.text(fields.first_message, "firstMessage"),
        first_message_mode=fields.first_message_mode,
        first_message_interruptible=fields.first_message_interruptions_enabled,
        end_call_phrases=tuple(fields.end_call_phrases),
        end_call_message=templates.text(fields.end_call_message, "endCallMessage"),
        silence_timeout_s=fields.silence_timeout_seconds,
        max_duration_s=float(fields.max_duration_seconds),
        idle=IdlePlan(times=0) if _asks_by_itself(fields) else parts.idle(fields.message_plan),
        turn=turn(fields.start_speaking_plan, fields.stop_speaking_plan),
        client_messages=parts.client_messages(fields.client_messages),
        recording=(artifacts is None or artifacts.recording_enabled)
        and not compliance.keeps_nothing(_promised(fields, occasion)),
        consent=compliance.consent(fields.compliance_plan, templates),
        **moments(fields, config, templates, server, unseal),
    )
    return equip(spec, occasion.vault, fields.credential_ids)
