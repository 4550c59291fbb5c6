"""What Tencent Cloud's recogniser and voice share: the signature, the address, the errors."""

from voice_engine.providers.failures import Failures

VENDOR, LABEL = "tencent", "Tencent Cloud"
failures = Failures(VENDOR, LABEL)
