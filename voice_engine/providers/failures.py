"""Vendors' failures in our words: what happened, and what to do about it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from voice_engine.kernel.errors import ProviderError, ProviderErrorKind

_ADVICE: dict[ProviderErrorKind, str] = {
    "auth": "Check the key of {label}, and that this service is enabled for it.",
    "quota": "Top up the account at {label} or raise its quota.",
    "rate_limit": "Too many requests at once; try again, or ask {label} for a higher limit.",
    "idle_timeout": "The vendor waited too long for input; start again.",
    "invalid_audio": "The vendor could not read the sound; check its sample rate.",
    "bad_request": "Check the model, the voice and the options of the assistant.",
    "moderation": "The vendor's content check refused this text.",
    "server": "{label} has a problem; try again or use another provider.",
    "network": "The connection to {label} failed; try again.",
    "timeout": "{label} did not answer in time; try again or use another provider.",
}
_MOST_WORDS = 300  # characters of a vendor's message that are passed on


class Failures:
    """One vendor's: `vendor` is its name in configurations, `label` the name people know."""

    def __init__(self, vendor: str, label: str) -> None:
        self.vendor, self.label = vendor, label

    def of(self, kind: ProviderErrorKind, reason: str, code: object = "", **more: Any) -> ProviderError:
        """A failure of this kind; `reason` is a sentence, `code` the vendor's own."""
        message = f"{reason} {_ADVICE[kind].format(label=self.label)}"
        return ProviderError(kind, self.vendor, message, vendor_code=str(code), **more)

    def told(
        self, kind: ProviderErrorKind, code: object, words: object = "", request_id: object = ""
    ) -> ProviderError:
        """A failure that the vendor itself has told, in its words."""
        said = str(words or "").strip().rstrip(".。")[:_MOST_WORDS]
        reason = f"{self.label} says: {said}." if said else f"{self.label} failed with code {str(code)[:80]}."
        return self.of(kind, reason, code, request_id=str(request_id or ""))

    def hung_up(self, code: int, reason: str = "") -> ProviderError:
        """The vendor closed the WebSocket before it was done; codes of RFC 6455."""
        kind: ProviderErrorKind = "server" if code in (1011, 1012, 1013) else "network"
        if code in (1002, 1003, 1007, 1008, 1009):
            kind = "bad_request"
        said = f" ({reason[:_MOST_WORDS]})" if reason else ""
        return self.of(kind, f"{self.label} hung up with {code}{said}.", code)

    def refused(
        self, status: int, words: str = "", headers: Mapping[str, str] | None = None, request_id: str = ""
    ) -> ProviderError:
        """An HTTP status instead of what was asked for."""
        # Below 400 it is a page in place of the vendor: that it is away, or a stranger's on the way to it.
        kind: ProviderErrorKind = "bad_request" if 400 <= status < 500 else "server"
        if status in (401, 403):
            kind = "auth"
        elif status == 402:
            kind = "quota"
        elif status == 429:
            kind = "rate_limit"
        wait = (headers or {}).get("retry-after", "")
        seconds = float(wait) if wait.isascii() and wait.isdigit() and len(wait) < 8 else None
        said = f": {words.strip()[:_MOST_WORDS]}" if words.strip() else ""
        return self.of(
            kind, f"{self.label} refused with HTTP {status}{said}.", status,
            request_id=request_id, retry_after=seconds,
        )  # fmt: skip

    @contextmanager
    def sensible(self) -> Iterator[None]:
        """While reading what the vendor sent: fields of unexpected kinds become a ProviderError."""
        try:
            yield
        except (
            ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
        ) as error:  # fmt: skip
            reason = f"{self.label}'s answer makes no sense ({type(error).__name__})."
            raise self.of("server", reason) from error
