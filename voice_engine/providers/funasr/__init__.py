"""FunASR's servers for one's own machines. Three exist; they do not speak the same language."""

from voice_engine.providers.failures import Failures

VENDOR, LABEL = "funasr", "FunASR"
failures = Failures(VENDOR, LABEL)
