"""Webhooks are believed when they are from the server, and only then."""

import json

import pytest
from standardwebhooks import Webhook
from yingda import webhooks
from yingda.errors import WebhookError

SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = 1_795_200_000
BODY = json.dumps({"message": {"type": "end-of-call-report", "endedReason": "customer-ended-call"}}).encode()


def signed(body: bytes = BODY, at: int = NOW) -> dict[str, str]:
    from datetime import UTC, datetime

    signature = Webhook(SECRET).sign("msg_1", datetime.fromtimestamp(at, UTC), body.decode())
    return {"Webhook-Id": "msg_1", "Webhook-Timestamp": str(at), "Webhook-Signature": signature}


def test_a_signed_message_is_unwrapped():
    message = webhooks.unwrap(BODY, signed(), SECRET, now=NOW + 5)

    assert (message.type, message.ended_reason) == ("end-of-call-report", "customer-ended-call")


def test_the_old_secret_s_signature_beside_the_new_one_s_does_not_matter():
    headers = signed()
    headers["Webhook-Signature"] = f"v1,AAAA {headers['Webhook-Signature']}"

    assert webhooks.unwrap(BODY, headers, SECRET, now=NOW).type == "end-of-call-report"


@pytest.mark.parametrize("now", [NOW + 301, NOW - 301])
def test_a_recording_of_an_old_message_is_refused(now: int):
    with pytest.raises(WebhookError, match="too old"):
        webhooks.unwrap(BODY, signed(), SECRET, now=now)


@pytest.mark.parametrize("name", ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"])
def test_a_header_that_is_missing_is_named(name: str):
    headers = {key: value for key, value in signed().items() if key != name}

    with pytest.raises(WebhookError, match=name.lower()):
        webhooks.unwrap(BODY, headers, SECRET, now=NOW)


@pytest.mark.parametrize("body", [BODY + b" ", BODY.replace(b"customer", b"assistant")])
def test_a_body_that_was_touched_is_refused(body: bytes):
    with pytest.raises(WebhookError, match="signature is wrong"):
        webhooks.unwrap(body, signed(), SECRET, now=NOW)


def test_a_signature_of_another_version_is_no_signature():
    headers = {**signed(), "Webhook-Signature": signed()["Webhook-Signature"].replace("v1,", "v0,")}

    with pytest.raises(WebhookError, match="signature is wrong"):
        webhooks.unwrap(BODY, headers, SECRET, now=NOW)


def test_vapis_way_is_a_secret_in_a_header():
    assert webhooks.unwrap(BODY, {"X-Vapi-Secret": "hush"}, "hush").type == "end-of-call-report"


@pytest.mark.parametrize(("headers", "secret"), [({}, "hush"), ({"x-vapi-secret": "no"}, "hush"), ({}, "")])
def test_a_wrong_secret_is_refused(headers: dict[str, str], secret: str):
    with pytest.raises(WebhookError):
        webhooks.unwrap(BODY, headers, secret)


def test_a_secret_in_a_header_does_not_stand_for_a_signature():
    with pytest.raises(WebhookError, match="webhook-id"):
        webhooks.unwrap(BODY, {"X-Vapi-Secret": SECRET}, SECRET, now=NOW)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff"])
def test_a_body_that_is_no_message_is_refused(body: bytes):
    with pytest.raises(WebhookError, match="no message"):
        webhooks.unwrap(body, {"x-vapi-secret": "hush"}, "hush")
