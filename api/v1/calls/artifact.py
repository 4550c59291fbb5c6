"""What is left of a call: Vapi's Artifact, and the recording's URLs. Pure: time and signing come in."""

from datetime import datetime
from typing import Any

from api.v1.calls.erased import is_erased
from api.v1.calls.links import ARTIFACT_FOR, Links
from api.v1.calls.model import CallRow
from api.v1.calls.recordings import SIDES, Side, key_of
from voice_engine.kernel.clock import iso
from voice_engine.messages import openai_formatted

Json = dict[str, Any]


def recording_urls(row: CallRow, links: Links, now: datetime) -> dict[Side, str]:
    """A signed URL of each side of the recording; empty without one."""
    if not row.recording_key:
        return {}
    return {side: links.artifact(key_of(row.recording_key, side, row.artifact_plan), now) for side in SIDES}


def log_url(row: CallRow, links: Links, now: datetime) -> str | None:
    """A signed URL of the log of a call that has ended and still has one."""
    logged = row.status == "ended" and row.started_at and not is_erased(row)
    return links.log(row.id, row.org_id, now) if logged else None


def artifact(row: CallRow, urls: dict[Side, str], log: str | None, now: datetime) -> Json:
    """What applies of it; nothing is ever null."""
    facts, outputs = row.facts or {}, row.structured_outputs or {}
    shown: Json = {
        "messages": row.messages,
        "messagesOpenAIFormatted": openai_formatted(row.messages),
        "transcript": row.transcript,
        "performanceMetrics": row.performance,
        "variableValues": (row.assistant_overrides or {}).get("variableValues"),
        "transfers": facts.get("transfers"),
        "assistantActivations": _activations(row, facts.get("assistantActivations") or ()),
        "structuredOutputs": outputs.get("results") or None,
        "skippedStructuredOutputs": outputs.get("skipped") or None,
        "structuredOutputsLastUpdatedAt": outputs.get("updatedAt"),
        "logUrl": log,
        "presignedLogUrl": log,
        "presignedUrlsExpiresAt": iso(now + ARTIFACT_FOR) if urls or log else None,
        **(_recording(urls) if urls else {}),
    }
    return {key: value for key, value in shown.items() if value is not None}


def compliance(row: CallRow) -> Json | None:
    """The caller's consent to being recorded, and what has been erased since."""
    consent = (row.facts or {}).get("recordingConsent")
    shown = {"recordingConsent": consent, "erased": row.erased}
    return {key: value for key, value in shown.items() if value} or None


def _activations(row: CallRow, told: Any) -> list[Json] | None:
    found = [dict(each) for each in told]
    if found and row.assistant_id:
        found[0] |= {"assistantId": row.assistant_id}
        if row.assistant_version:
            found[0] |= {"assistantVersion": row.assistant_version}
    return found or None


def _recording(urls: dict[Side, str]) -> Json:
    mono = {
        "combinedUrl": urls["mono"],
        "assistantUrl": urls["assistant"],
        "customerUrl": urls["customer"],
    }
    return {
        "recordingUrl": urls["mono"],
        "stereoRecordingUrl": urls["stereo"],
        "recording": {"stereoUrl": urls["stereo"], "mono": mono},
        "presignedMonoUrl": urls["mono"],
        "presignedStereoUrl": urls["stereo"],
        "presignedAssistantUrl": urls["assistant"],
        "presignedCustomerUrl": urls["customer"],
    }
