"""What Volcengine's recogniser and voices share: the binary frame, the account's headers, the errors."""

from voice_engine.providers.failures import Failures

VENDOR, LABEL = "volcengine", "Volcengine"
failures = Failures(VENDOR, LABEL)
