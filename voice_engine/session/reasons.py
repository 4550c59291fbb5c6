"""Why a session ended, in the words of Vapi's `endedReason` families. Pure."""

from voice_engine.kernel.errors import ProviderError

ASSISTANT_ENDED = "assistant-ended-call"
ASSISTANT_SAID_PHRASE = "assistant-said-end-call-phrase"
FORWARDED = "assistant-forwarded-call"
CUSTOMER_ENDED = "customer-ended-call"
SILENCE = "silence-timed-out"
VOICEMAIL = "voicemail"
HOOK_TRANSFERRED = "call.ending.hook-executed-transfer"
MAX_DURATION = "exceeded-max-duration"
CANCELLED = "manually-canceled"
WORKER_SHUTDOWN = "worker-shutdown"
WORKER_DIED = "call.in-progress.error-vapifault-worker-died"
FLOOD = "call.in-progress.error-client-audio-too-fast"
CONNECTION_LOST = "call.in-progress.error-client-connection-lost"
THROWN_OUT = "call.in-progress.error-client-misbehaved"
NOT_STARTED = "call.start.error-get-resources-validation"
INTERNAL = "pipeline-error-yingda-500-server-error"

_SLUGS = {"stt": "custom-transcriber", "llm": "custom-llm", "tts": "custom-voice"}
_KNOWN = {"openai", "deep-seek", "minimax", "custom-llm"}
_SUFFIX = {"stt": "transcriber-failed", "llm": "llm-failed", "tts": "voice-failed"}


def provider_failed(kind: str, error: ProviderError) -> str:
    """The reason for a vendor's fault; vendors Vapi does not know go under its `custom-…` slugs."""
    slug = error.vendor if error.vendor in _KNOWN else _SLUGS[kind]
    return f"call.in-progress.error-providerfault-{slug}-{_SUFFIX[kind]}"
