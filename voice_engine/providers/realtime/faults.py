"""What vendors' codes of realtime failures mean, as data. Found by what a code contains."""

from voice_engine.kernel.errors import ProviderErrorKind

# in this order: "rate_limit_exceeded" is no quota, "invalid_api_key" no bad request
CODES: tuple[tuple[str, ProviderErrorKind], ...] = (
    ("invalid_api_key", "auth"), ("invalidapikey", "auth"), ("authentication", "auth"),
    ("unauthorized", "auth"), ("unauthenticated", "auth"), ("permission", "auth"), ("accessdenied", "auth"),
    ("api key", "auth"), ("api_key", "auth"),
    ("insufficient_quota", "quota"), ("billing", "quota"), ("arrearage", "quota"),
    ("allocationquota", "quota"),
    ("rate_limit", "rate_limit"), ("throttling", "rate_limit"), ("resource_exhausted", "rate_limit"),
    ("resource has been exhausted", "rate_limit"), ("too many", "rate_limit"),
    ("session_expired", "idle_timeout"), ("idle", "idle_timeout"), ("request timeout", "idle_timeout"),
    ("datainspection", "moderation"), ("content_policy", "moderation"), ("content_filter", "moderation"),
    ("safety", "moderation"),
    ("invalid_audio", "invalid_audio"), ("audio_format", "invalid_audio"),
    ("no_valid_audio", "invalid_audio"),
    ("deadline", "timeout"),
    ("server_error", "server"), ("internal", "server"), ("unavailable", "server"), ("overloaded", "server"),
    ("invalid", "bad_request"), ("bad_request", "bad_request"), ("not_found", "bad_request"),
    ("not found", "bad_request"), ("notexist", "bad_request"), ("unsupported", "bad_request"),
    ("missing", "bad_request"),
    ("server", "server"),
)  # fmt: skip


def kind_of(code: str) -> ProviderErrorKind | None:
    """The kind of a vendor's code or words; None for what is not known."""
    plain = code.lower()
    return next((kind for part, kind in CODES if part in plain), None)
