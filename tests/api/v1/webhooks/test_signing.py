"""Secrets that any Standard Webhooks library can use."""

from datetime import UTC, datetime

from standardwebhooks import Webhook

from api.v1.webhooks.signing import derived_secret, new_secret
from voice_engine.kernel.authentication import webhook_headers


def test_new_secrets_and_derived_ones_verify_and_differ():
    secrets = [new_secret(), new_secret(), derived_secret(b"s" * 32, "o1"), derived_secret(b"s" * 32, "o2")]
    now = datetime.now(UTC)

    signed = webhook_headers(secrets, "m1", now, b"{}")

    assert len(set(secrets)) == len(set(signed["webhook-signature"].split())) == 4
    assert all(Webhook(secret).verify("{}", signed) == {} for secret in secrets)
