"""What OpenAI's recognisers and voices share: the address, the names of models, the errors."""

from voice_engine.providers.failures import Failures

VENDOR, LABEL = "openai", "OpenAI"
ORIGIN = "https://api.openai.com"
failures = Failures(VENDOR, LABEL)
