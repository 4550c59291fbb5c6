"""A row as the Call that clients see. Pure: the time and the signing come in."""

from datetime import datetime
from typing import Any

from api.v1.calls.artifact import artifact, compliance, log_url, recording_urls
from api.v1.calls.links import Links, Place
from api.v1.calls.model import CallRow
from voice_engine.kernel.clock import iso
from voice_engine.kernel.money import MICROS

Json = dict[str, Any]
TELEPHONE = frozenset({"outboundPhoneCall", "inboundPhoneCall"})


def call_body(row: CallRow, links: Links, now: datetime) -> Json:
    """Vapi's Call, with what older clients read at the top level too. Nothing secret is in it."""
    urls = recording_urls(row, links, now)
    body: Json = {
        **_few_words(row),
        "endedMessage": row.ended_message,
        "assistant": row.assistant,
        "assistantOverrides": row.assistant_overrides,
        "sessionId": row.conversation_id,
        "squad": row.squad,
        "squadOverrides": row.squad_overrides,
        **_telephone(row),
        **_addresses(row, links),
        "costs": row.costs,
        "costBreakdown": row.cost_breakdown,
        "messages": row.messages,
        "transcript": row.transcript,
        "summary": (row.analysis or {}).get("summary"),
        "recordingUrl": urls.get("mono"),
        "stereoRecordingUrl": urls.get("stereo"),
        "artifact": artifact(row, urls, log_url(row, links, now), now),
        "artifactPlan": row.artifact_plan,
        "compliance": compliance(row),
        "analysis": row.analysis or {},
    }
    return {key: value for key, value in body.items() if value is not None}


def light_body(row: CallRow) -> Json:
    """A call in a few words."""
    return {key: value for key, value in _few_words(row).items() if value is not None}


def _few_words(row: CallRow) -> Json:
    return {
        "id": row.id,
        "orgId": row.org_id,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
        "type": row.type,
        "status": row.status,
        "endedReason": row.ended_reason,
        "startedAt": iso(row.started_at) if row.started_at else None,
        "endedAt": iso(row.ended_at) if row.ended_at else None,
        "durationSeconds": _duration(row),
        "name": row.name,
        "assistantId": row.assistant_id,
        "assistantVersion": row.assistant_version,
        "squadId": row.squad_id,
        "phoneNumberId": row.phone_number_id,
        "customer": row.customer,
        "cost": row.cost_micros / MICROS,
    }


def place_of(row: CallRow) -> Place:
    """The same call for its links."""
    return Place(row.id, row.session_id, row.engine_id, row.org_id, tuple(row.spec.get("keyed") or ()))


def _duration(row: CallRow) -> float | None:
    if row.started_at is None or row.ended_at is None:
        return None
    return round((row.ended_at - row.started_at).total_seconds(), 3)


def _telephone(row: CallRow) -> Json:
    if row.type not in TELEPHONE:
        return {}
    return {
        "phoneCallProvider": "vapi",
        "phoneCallProviderId": row.phone_call_provider_id,
        "phoneCallTransport": "sip" if (row.customer or {}).get("sipUri") else "pstn",
        "destination": row.destination,
        "schedulePlan": row.schedule_plan,
    }


def _addresses(row: CallRow, links: Links) -> Json:
    place, socket = place_of(row), row.transport.get("websocketCallUrl")
    transport = {key: value for key, value in row.transport.items() if key != "websocketCallUrl"}
    addresses: Json = {"transport": transport}
    if socket is None:  # not dialled yet
        return addresses
    longest = row.spec["assistant"]["max_duration_s"]
    if row.status == "queued" and row.type != "outboundPhoneCall":
        url = links.transport(place, socket, row.created_at, longest)
        transport["websocketCallUrl"] = url
        if row.type == "webCall":
            addresses["webCallUrl"] = url
    if row.status == "ended":
        return addresses
    monitor = {}
    if row.listen_enabled:
        monitor["listenUrl"] = links.listen(place, socket, row.created_at, longest)
    if row.control_enabled:
        monitor["controlUrl"] = links.control(place, row.created_at, longest)
    return {**addresses, "monitor": monitor} if monitor else addresses
