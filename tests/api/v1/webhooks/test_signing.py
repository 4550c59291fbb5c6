"""Signatures that any Standard Webhooks library accepts."""

from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from api.v1.webhooks.signing import derived_secret, headers, new_secret

NOW = datetime.now(UTC)
INSTALLATION = b"s" * 32


def test_the_receivers_library_accepts_what_we_sign():
    secret = derived_secret(INSTALLATION, "o1")

    signed = headers([secret], "m1", NOW, '{"message":"你好"}')

    assert Webhook(secret).verify('{"message":"你好"}', signed) == {"message": "你好"}


def test_a_touched_body_and_another_organisations_secret_are_noticed():
    signed = headers([derived_secret(INSTALLATION, "o1")], "m1", NOW, "{}")

    for secret, body in (
        (derived_secret(INSTALLATION, "o1"), "{ }"),
        (derived_secret(INSTALLATION, "o2"), "{}"),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, signed)


def test_during_a_rotation_the_old_and_the_new_secret_both_verify():
    old, new = new_secret(), new_secret()

    signed = headers([new, old], "m1", NOW, "{}")

    assert Webhook(old).verify("{}", signed) == Webhook(new).verify("{}", signed) == {}
