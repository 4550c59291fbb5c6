"""What a model's failure means to whoever wrote the message."""

from voice_engine.kernel.errors import Conflict, ProviderError, Unavailable


def failed(member: str, error: ProviderError) -> Unavailable | Conflict:
    """Unavailable where asking again may help, Conflict where the assistant must be changed first."""
    message = f"The model of {member} failed: {error.message}"
    if error.retryable:
        return Unavailable("model_unavailable", message, vendor_error=error.code)
    return Conflict("model_refused", message, vendor_error=error.code)
