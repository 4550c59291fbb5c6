"""What a credential of Acme holds; read at every start, so it imports nothing else."""

from voice_engine.kernel.accounts import Account

ACCOUNT = Account("Acme Speech", "ACME", needed=("apiKey",), optional=("region",))
