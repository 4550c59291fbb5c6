"""An assistant's tools as the engine runs them. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.v1.assistants.config import Config
from api.v1.assistants.referrals import referred
from api.v1.assistants.requests import names_later, request_tool
from api.v1.assistants.schemas.assistant import AssistantFields
from api.v1.assistants.schemas.destinations import (
    AssistantDestination,
    NumberDestination,
    SipDestination,
)
from api.v1.assistants.schemas.handoffs import DynamicDestination, MemberDestination
from api.v1.assistants.schemas.server import Server
from api.v1.assistants.schemas.tool_messages import CustomMessage, ToolMessage
from api.v1.assistants.schemas.tools import (
    AnyTool,
    ApiRequestTool,
    DtmfTool,
    EndCallTool,
    Function,
    FunctionTool,
    HandoffTool,
    KnowledgeBase,
    McpTool,
    QueryTool,
    TransferCallTool,
    VoicemailTool,
)
from api.v1.assistants.servers import Unseal, rendered, target
from api.v1.assistants.toolplans import plans
from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.templates import Templates
from voice_engine.spec import ConditionSpec, ToolMessageSpec, ToolSpec, TransferSpec

Json = dict[str, Any]
AnyDestination = NumberDestination | SipDestination | AssistantDestination

_END_CALL = "End the call. Use it when the caller says goodbye or nothing is left to do."
_TRANSFER = "Transfer the call."
_DTMF = "Press keys on the telephone, e.g. in a voice menu. w is a pause of half a second."
_VOICEMAIL = "Leave the prepared message and hang up. Use it when a voicemail answered instead of a person."
_QUERY = "Look something up in the knowledge base."
_KEYS: Json = {
    "type": "object",
    "properties": {"dtmf": {"type": "string", "description": "0-9, *, # and w, e.g. 1w23#"}},
    "required": ["dtmf"],
}
_QUESTION: Json = {
    "type": "object",
    "properties": {"query": {"type": "string", "description": "what is looked for, in a whole sentence"}},
    "required": ["query"],
}
_HANDOFF = "Hand the caller over to whoever can help better."
_REASON: Json = {
    "type": "object",
    "properties": {"reason": {"type": "string", "description": "what the caller wants, in short"}},
}
_LATE_S = 1.2  # a message for slow tools without a time
_ASKED = {
    "transferCall": "transfer-destination-request",
    "function": "tool-calls",
    "handoff": "handoff-destination-request",
}


@dataclass(frozen=True, slots=True)
class ToolCompiler:
    """Compiles the tools of one assistant. `server` is the assistant's own, rendered."""

    fields: AssistantFields
    config: Config
    templates: Templates
    server: Json | None
    unseal: Unseal

    def tools(self) -> tuple[ToolSpec, ...]:
        """All of them; raises BadRequest for two of one name."""
        chosen = self.fields.model
        assert chosen is not None
        specs = [spec for n, tool in enumerate(chosen.tools) for spec in self._tool(tool, f"model.tools.{n}")]
        fallback = self._fallback("function")
        specs += [
            self._function(old, f"model.functions.{n}").model_copy(update=fallback)
            for n, old in enumerate(chosen.functions)
        ]
        names = [spec.name for spec in specs]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            message = f"model.tools has two tools named {twice}; rename one."
            raise BadRequest("tool_twice", message, field="model.tools")
        return tuple(specs)

    def of_hook(self, tool: AnyTool, place: str) -> ToolSpec:
        """A tool that a hook runs, with the arguments that no model chooses."""
        specs = self._tool(tool, place)
        if not specs and isinstance(tool, HandoffTool):  # a member, whom the squad knows
            name = tool.destinations[0].given().get("assistantName", "")
            return ToolSpec(name="handoff", kind="handoff", fixed={"destination": name})
        spec = specs[0]
        if isinstance(tool, DtmfTool) and tool.function and tool.function.parameters:
            keys = tool.function.parameters.properties.get("dtmf")
            pressed = keys.get("default") if isinstance(keys, dict) else None
            spec = spec.model_copy(update={"fixed": {"dtmf": str(pressed or "")}})
        return spec

    def asked(self, server: Server | None, place: str) -> ToolSpec | None:
        """The server that is asked something, else the assistant's; None if there is neither."""
        reached = self._target(server, place) or (target(self.server, self.unseal) if self.server else {})
        return ToolSpec(name="server", **reached) if reached else None

    def _tool(self, tool: AnyTool, place: str) -> list[ToolSpec]:
        match tool:
            case QueryTool():
                found = [
                    self._knowledge(base, f"{place}.knowledgeBases.{n}")
                    for n, base in enumerate(tool.knowledge_bases)
                ]
            case McpTool():
                found = [self._mcp(tool, place)]
            case HandoffTool():
                found = self._handoffs(tool, place)
            case TransferCallTool():
                found = [self._transfer(tool, place)]
            case DtmfTool():
                found = [self._own("dtmf", _DTMF, tool.function, place, parameters=_KEYS)]
            case EndCallTool():
                found = [self._own("endCall", _END_CALL, tool.function, place)]
            case FunctionTool():
                found = [self._webhook(tool, place)]
            case ApiRequestTool():
                found = [request_tool(tool, place, self.templates)]
            case VoicemailTool():
                fixed = {"beep": tool.beep_detection_enabled}
                found = [self._own("voicemail", _VOICEMAIL, tool.function, place, fixed=fixed)]
        messages = self._messages(tool.messages, f"{place}.messages")
        if isinstance(tool, VoicemailTool):  # what Vapi says at once is the message: it comes after the beep
            messages = tuple(_at_the_end(message) for message in messages)
        more = {"messages": messages, **plans(tool, self.templates)}
        return [spec.model_copy(update=more) for spec in found]

    # ── kinds ────────────────────────────────────────────────────────────────────────────────────────

    def _webhook(self, tool: FunctionTool, place: str) -> ToolSpec:
        given = {p.key: p.value for p in tool.parameters}
        later = names_later(given, self.templates)
        fixed = given if later else self.templates.tree(given, f"{place}.parameters")
        known = dict(self.templates.variables) if later else {}
        reached = self._target(tool.server, f"{place}.server") or self._fallback("function")
        spec = self._function(tool.function, f"{place}.function")
        return spec.model_copy(
            update={**reached, "fixed": fixed, "variables": known, "background": tool.async_}
        )

    def _own(self, kind: Any, description: str, given: Function | None, place: str, **more: Any) -> ToolSpec:
        """One of ours, under our name unless another is given."""
        spec = ToolSpec(name=kind, description=description, kind=kind, **more)
        if given is None:
            return spec
        named = self._function(given, f"{place}.function")
        changes: Json = {"name": named.name, "description": named.description or description}
        if given.parameters is not None and kind == "endCall":
            changes["parameters"] = named.parameters
        return spec.model_copy(update=changes)

    def _handoffs(self, tool: HandoffTool, place: str) -> list[ToolSpec]:
        """Those to whoever is no member by name: members are offered by the squad, see squads.compile."""
        specs = []
        for number, to in enumerate(tool.destinations):
            there = f"{place}.destinations.{number}"
            if isinstance(to, DynamicDestination):
                specs.append(self._dynamic(tool, to, place, there))
            elif not (isinstance(to, MemberDestination) and to.assistant_name):
                specs.append(referred(to, self.config, self.templates, there))
        named = tool.function
        if named and len(specs) == len(tool.destinations) == 1:
            spec = self._function(named, f"{place}.function")
            specs = [specs[0].model_copy(update={"name": spec.name, "description": spec.description})]
        return specs

    def _dynamic(self, tool: HandoffTool, to: DynamicDestination, place: str, there: str) -> ToolSpec:
        reached = self._target(to.server, f"{there}.server") or self._target(tool.server, f"{place}.server")
        reached = reached or self._fallback("handoff")
        if not reached:
            message = (
                f"{there}: a dynamic destination needs a server that is sent handoff-destination-request."
            )
            raise BadRequest("server_missing", message, field=f"{there}.server")
        number = "_".join(re.findall(r"\d+", there))
        known = tool.function.parameters if tool.function else None
        return ToolSpec(
            name=f"handoff_to_somebody_{number}",
            kind="handoff",
            description=self.templates.text(to.description, f"{there}.description") or _HANDOFF,
            parameters=known.given() if known else _REASON,
            **reached,
        )

    def _transfer(self, tool: TransferCallTool, place: str) -> ToolSpec:
        transfers = tuple(
            self._destination(to, f"{place}.destinations.{n}") for n, to in enumerate(tool.destinations)
        )
        reached = self._target(tool.server, f"{place}.server") or self._fallback("transferCall")
        if not transfers and not reached:
            message = f"{place}.destinations should not be empty unless a server can be asked for one."
            raise BadRequest("destinations_missing", message, field=f"{place}.destinations")
        spec = self._own(
            "transferCall", _TRANSFER, tool.function, place,
            parameters=_choice(transfers), transfers=transfers,
        )  # fmt: skip
        return spec.model_copy(update=reached)

    def _destination(self, to: AnyDestination, place: str) -> TransferSpec:
        names = {"number": "number", "sip": "sip_uri", "assistant": "assistant_name"}
        shown = to.given()
        own = {"type", "number", "sipUri", "assistantName", "message", "description"}
        return TransferSpec(
            kind=to.type,
            target=self.templates.text(getattr(to, names[to.type]), place),
            description=self.templates.text(to.description, f"{place}.description"),
            message=self._said_first(to.message, f"{place}.message"),
            texts=self._by_language(to.message, f"{place}.message"),
            extra=self.templates.tree({k: v for k, v in shown.items() if k not in own}, place),
        )

    def _said_first(self, message: str | CustomMessage | None, place: str) -> str | None:
        if isinstance(message, CustomMessage):
            texts = [message.content, *(content.text for content in message.contents)]
            message = next((text for text in texts if text), "")
        return None if message is None else self.templates.text(message, place)

    def _by_language(self, message: str | CustomMessage | None, place: str) -> dict[str, str]:
        if not isinstance(message, CustomMessage):
            return {}
        return {c.language: self.templates.text(c.text, f"{place}.contents") for c in message.contents}

    def _knowledge(self, base: KnowledgeBase, place: str) -> ToolSpec:
        described = self.templates.text(base.description, f"{place}.description")
        spec = ToolSpec(name=base.name, description=described or _QUERY, kind="query", parameters=_QUESTION)
        return spec.model_copy(update=self._target(base.server, f"{place}.server"))

    def _mcp(self, tool: McpTool, place: str) -> ToolSpec:
        own = {
            said.name: self._messages(said.messages, f"{place}.toolMessages.{n}.messages")
            for n, said in enumerate(tool.tool_messages)
        }
        spec = ToolSpec(
            name=tool.function.name if tool.function else "mcp",
            kind="mcp",
            mcp_protocol=tool.metadata.protocol if tool.metadata else "shttp",
            mcp_messages=own,
        )
        return spec.model_copy(update=self._target(tool.server, f"{place}.server"))

    def _function(self, function: Function, place: str) -> ToolSpec:
        given = function.parameters.given() if function.parameters else {"type": "object", "properties": {}}
        return ToolSpec(
            name=function.name,
            description=self.templates.text(function.description, f"{place}.description"),
            parameters=given,
        )

    # ── servers and messages ─────────────────────────────────────────────────────────────────────────

    def _target(self, server: Server | None, place: str) -> Json:
        if server is None or not server.url:
            return {}
        secret = self.config.secret(f"{place}.secret")
        return target(rendered(server, secret, self.templates, place), self.unseal)

    def _fallback(self, kind: str) -> Json:
        """The assistant's server, for tools without their own, if it is sent what they ask."""
        wanted = self.fields.server_messages
        if self.server is None or (wanted is not None and _ASKED[kind] not in wanted):
            return {}
        return target(self.server, self.unseal)

    def _messages(self, given: Sequence[ToolMessage], place: str) -> tuple[ToolMessageSpec, ...]:
        return tuple(self._message(message, f"{place}.{n}") for n, message in enumerate(given))

    def _message(self, given: ToolMessage, place: str) -> ToolMessageSpec:
        texts = {c.language: self.templates.text(c.text, f"{place}.contents") for c in given.contents}
        if given.content is not None:
            texts[""] = self.templates.text(given.content, f"{place}.content")
        delayed = given.type == "request-response-delayed"
        after_s = _LATE_S if given.timing_milliseconds is None else given.timing_milliseconds / 1000
        return ToolMessageSpec(
            at=given.type,
            texts=texts,
            conditions=tuple(
                ConditionSpec(param=c.param, operator=c.operator, value=c.value) for c in given.conditions
            ),
            blocking=given.blocking,
            role=given.role or "assistant",
            end_call=given.end_call_after_spoken_enabled,
            after_s=after_s if delayed else 0.0,
        )


def _at_the_end(message: ToolMessageSpec) -> ToolMessageSpec:
    return message.model_copy(update={"at": "request-complete"}) if message.at == "request-start" else message


def _choice(transfers: Sequence[TransferSpec]) -> Json:
    """The arguments of transferCall: one of the destinations, each with what it is for."""
    if not transfers:
        return {"type": "object", "properties": {}}
    lines = [f"{t.target}: {t.description}" if t.description else t.target for t in transfers]
    to = {"type": "string", "enum": [t.target for t in transfers], "description": "; ".join(lines)}
    return {"type": "object", "properties": {"destination": to}, "required": ["destination"]}
