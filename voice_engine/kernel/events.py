"""What a conversation tells the world. One envelope for log, bus, webhooks, SDKs and reports.

Events of a session are numbered from 1 without gaps; (session_id, seq) identifies one for ever, so a
consumer that sees an event twice can know it.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

import orjson


class EventType(StrEnum):
    """Each type with its `data` fields. Times in `data` ending in S are seconds since the session began.

    A vendor of a session: component, provider, model, credential (an id, or assistant, or platform).
    `marks` of a turn: speechStartedS, speechEndedS, sttFirstS, sttFinalS, pauseOverS, turnDecidedS,
    llmStartedS, llmFirstS, clauseFirstS, ttsFirstS, soundFirstS (absent when it did not happen).
    `what` of a switch: hedged, failed-over, skipped, limited (by the installation), opened (a vendor is left
    alone), closed (no longer).
    `segments`: endpointingMs, sttMs, thinkMs, clauseMs, ttsMs, playoutMs; they add up to mouthToEarMs.
    `summary` of a handoff: previousAgent, userIntent, keyFacts[], pendingTasks[]; `returned`: it was refused
    and the caller is back with `to`; `message` is what the caller is told, empty when silent.
    A leg is the telephone's part of a call; its gateway tells, in a session of its own.
    `line`: how the caller's sound arrived (absent when hardly any did): jitterMs, missingS, droppedS, mos,
    worstMos (of 5 s); holds and lost connections do not count.
    """

    SESSION_STARTED = "session.started"  # transport, sampleRate, encoding, assistantName, vendors[{…}]
    SPEECH_STARTED = "speech.started"  # role, turn, atS[, text, source]: the assistant's words so far
    SPEECH_STOPPED = "speech.stopped"  # role, turn, atS
    TRANSCRIPT = "transcript"  # role, final, text, turn[, confidence, language, languageBefore: another one]
    TURN_STARTED = "turn.started"  # turn, text, why, guessed
    TURN_ENDED = "turn.ended"  # turn, interrupted, marks{…S}, segments{…Ms}, mouthToEarMs|null
    MODEL_OUTPUT = "model.output"  # turn, text
    MESSAGE = "message"  # one conversation message in Vapi's shape (role, message, time, endTime, …)
    TOOL_CALLS = "tool.calls"  # turn, toolCalls[{id, name, arguments}]
    TOOL_RESULTS = "tool.results"  # turn, results[{toolCallId, name, result|error, durationMs[, warnings]}]
    TRANSFER_REQUESTED = "transfer.requested"  # turn, destination{type, number|sipUri|assistantName, …}
    DTMF_REQUESTED = "dtmf.requested"  # turn, digits
    DTMF_RECEIVED = "dtmf.received"  # digits
    VOICEMAIL_DETECTED = "voicemail.detected"  # by: transcript | audio | tool, text
    HANDOFF = "handoff"  # from, to, reason, message, silent, returned, summary{…}[, variables{…}]
    USER_INTERRUPTED = "user.interrupted"  # turn, heard
    SESSION_PAUSED = "session.paused"  # why: connection-lost | on-hold
    SESSION_RESUMED = "session.resumed"  # why, pausedS
    USAGE = "usage"  # usageId, component, provider, model, quantities{…}, estimated, wasted
    ERROR = "error"  # code, message, component, provider, fatal
    PROVIDER_SWITCHED = "provider.switched"  # what, component, provider, model, toProvider, toModel
    RECORDING_CONSENT = "recording.consent"  # plan: stay-on-line | verbal, granted
    RECORDING_READY = "recording.ready"  # key, seconds
    LEG_STATUS = "leg.status"  # status: ringing … ended[, endedReason, endedMessage, providerId]
    SESSION_ENDED = "session.ended"  # endedReason, durationS[, line{…}]


@dataclass(slots=True)
class Event:
    """One fact. `at_ms` is Unix ms; `t` is seconds since the session began, on the session's clock."""

    type: EventType
    org_id: str
    call_id: str
    session_id: str
    seq: int
    at_ms: int
    t: float
    data: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """One line of JSON with camelCase keys."""
        return orjson.dumps(
            {
                "type": self.type,
                "orgId": self.org_id,
                "callId": self.call_id,
                "sessionId": self.session_id,
                "seq": self.seq,
                "atMs": self.at_ms,
                "t": round(self.t, 4),
                "data": self.data,
            }
        )

    @classmethod
    def from_json(cls, line: bytes | str) -> Self:
        """The inverse of `to_json`; raises ValueError or KeyError on anything else."""
        raw = orjson.loads(line)
        return cls(
            EventType(raw["type"]), raw["orgId"], raw["callId"], raw["sessionId"],
            raw["seq"], raw["atMs"], raw["t"], raw["data"],
        )  # fmt: skip
