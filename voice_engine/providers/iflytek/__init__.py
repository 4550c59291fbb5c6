"""What iFlytek's recognisers and voices share: signatures, addresses, errors, the shape of results."""

from voice_engine.providers.failures import Failures

VENDOR, LABEL = "iflytek", "iFlytek"
failures = Failures(VENDOR, LABEL)
