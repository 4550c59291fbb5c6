"""What Baidu's recogniser and voices share: the way in, the errors."""

from voice_engine.providers.failures import Failures

VENDOR, LABEL = "baidu", "Baidu"
failures = Failures(VENDOR, LABEL)
