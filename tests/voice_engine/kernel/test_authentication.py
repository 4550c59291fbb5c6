"""Requests that show who sends them: what receivers check, computed here a second time by hand."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from voice_engine.kernel.authentication import (
    derived_secret,
    merged,
    plan_headers,
    unknown_word,
    webhook_headers,
)

AT = datetime.fromtimestamp(1_800_000_000, UTC)
BODY = '{"message":{"type":"hang","text":"你好 {timestamp} {body}"}}'.encode()


def headers(plan: dict[str, Any], **secrets: str) -> dict[str, str]:
    return plan_headers(plan, secrets, BODY, id="m1", at=AT)


def signed(plan: dict[str, Any], secret: str = "hush") -> dict[str, str]:
    return headers({"type": "hmac", "algorithm": "sha256", **plan}, secretKey=secret)


def mac(content: bytes, key: bytes = b"hush", algorithm: str = "sha256") -> bytes:
    return hmac.new(key, content, getattr(hashlib, algorithm)).digest()


# ── bearer ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_token_goes_into_the_authorization_header():
    assert headers({"type": "bearer"}, token="t") == {"Authorization": "Bearer t"}


def test_vapis_old_secret_is_a_token_without_prefix_in_a_header_of_its_own():
    plan = {"type": "bearer", "headerName": "X-Vapi-Secret", "bearerPrefixEnabled": False}

    assert headers(plan, token="t") == {"X-Vapi-Secret": "t"}


# ── HMAC ─────────────────────────────────────────────────────────────────────────────────────────────


def test_time_and_the_very_bytes_of_the_body_are_signed():
    assert signed({}) == {
        "x-signature": mac(b"1800000000." + BODY).hex(),
        "x-timestamp": "1800000000",
    }


def test_without_a_timestamp_the_body_alone_is_signed():
    assert signed({"includeTimestamp": False}) == {"x-signature": mac(BODY).hex()}


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha512"])
def test_each_algorithm_is_what_its_name_says(algorithm: str):
    found = signed({"algorithm": algorithm, "signatureEncoding": "base64", "includeTimestamp": False})

    assert base64.b64decode(found["x-signature"]) == mac(BODY, algorithm=algorithm)


def test_a_receiver_written_for_github_accepts_it():
    plan = {"signatureHeader": "X-Hub-Signature-256", "signaturePrefix": "sha256=", "includeTimestamp": False}

    assert signed(plan) == {"X-Hub-Signature-256": "sha256=" + mac(BODY).hex()}


def test_a_receiver_written_for_stripe_accepts_it():
    plan = {"signatureHeader": "Stripe-Signature", "signaturePrefix": "t={timestamp},v1="}

    assert signed(plan)["Stripe-Signature"] == "t=1800000000,v1=" + mac(b"1800000000." + BODY).hex()


def test_a_receiver_written_for_svix_accepts_it():
    secret = "whsec_" + base64.b64encode(b"k" * 24).decode()
    plan = {
        "payloadFormat": "{messageId}.{timestamp}.{body}", "secretIsBase64": True,
        "signatureEncoding": "base64", "signaturePrefix": "v1,", "signatureHeader": "webhook-signature",
        "timestampHeader": "webhook-timestamp", "messageIdHeader": "webhook-id",
    }  # fmt: skip
    now = datetime.now(UTC)

    found = plan_headers(
        {"type": "hmac", "algorithm": "sha256", **plan}, {"secretKey": secret}, b"{}", id="m1", at=now
    )

    assert Webhook(secret).verify("{}", found) == {}


def test_words_that_we_do_not_fill_in_are_found():
    assert unknown_word("{timestamp}.{body}") == ""
    assert unknown_word("{time}.{body}") == "time"


# ── Standard Webhooks ────────────────────────────────────────────────────────────────────────────────


def test_the_receivers_library_accepts_what_we_sign_with_each_of_two_secrets():
    old, new = derived_secret(b"s" * 32, "o1"), derived_secret(b"s" * 32, "o2")
    now = datetime.now(UTC)

    found = webhook_headers([new, old], "m1", now, '{"a":"你"}'.encode())

    assert Webhook(old).verify('{"a":"你"}', found) == Webhook(new).verify('{"a":"你"}', found)


def test_a_receiver_whose_clock_is_six_minutes_off_refuses_and_one_four_minutes_off_does_not():
    secret = derived_secret(b"s" * 32, "o1")
    now = datetime.now(UTC).timestamp()

    for skew in (-240, 240):
        Webhook(secret).verify(
            "{}", webhook_headers([secret], "m", datetime.fromtimestamp(now + skew, UTC), b"{}")
        )
    for skew in (-360, 360):
        found = webhook_headers([secret], "m", datetime.fromtimestamp(now + skew, UTC), b"{}")
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify("{}", found)


def test_headers_of_later_layers_win_whatever_their_case():
    assert merged({"Authorization": "a", "x": "1"}, {"authorization": "b"}) == {
        "authorization": "b",
        "x": "1",
    }
