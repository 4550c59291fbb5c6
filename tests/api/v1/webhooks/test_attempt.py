"""What an attempt means for a delivery."""

from datetime import UTC, datetime
from typing import Any

import pytest

from api.v1.webhooks.attempt import Verdict, verdict
from voice_engine.kernel.errors import BadRequest, Unavailable, YingdaError
from voice_engine.outbound import Answer

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def after(result: Answer | YingdaError, *, made: int = 1, backoff: dict[str, Any] | None = None) -> Verdict:
    return verdict(result, made=made, backoff=backoff, at=NOW, elapsed_ms=7, random=0.5)


def answer(status: int, body: bytes = b"", **headers: str) -> Answer:
    return Answer(status, body, False, 7, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_success(status: int):
    found = after(answer(status, b"thanks"))

    assert (found.delivered, found.delay_s, found.outcome) == (True, None, "delivered")
    assert found.entry == {
        "at": "2026-11-20T12:00:00.000Z", "attempt": 1, "ms": 7, "status": status, "answer": "thanks",
    }  # fmt: skip


@pytest.mark.parametrize("status", [301, 400, 401, 404, 429, 500, 503])
def test_anything_else_is_tried_again(status: int):
    found = after(answer(status))

    assert (found.delivered, found.delay_s) == (False, 12)
    assert found.outcome == f"status_{status // 100}xx"


def test_the_fifth_failure_is_the_last():
    assert after(answer(500), made=4).delay_s == 1500
    assert after(answer(500), made=5).delay_s is None


def test_gone_means_gone():
    assert after(answer(410)).delay_s is None


def test_a_refused_target_is_not_tried_again_and_a_slow_one_is():
    refused = after(BadRequest("target_refused", "http://10.0.0.1 is refused."))
    slow = after(Unavailable("target_timeout", "It did not answer."))

    assert (refused.delay_s, refused.outcome, refused.entry["error"]) == (
        None, "target_refused", "http://10.0.0.1 is refused.",
    )  # fmt: skip
    assert (slow.delay_s, slow.outcome) == (12, "target_timeout")


def test_a_redirect_says_where_it_led_and_what_to_do():
    found = after(answer(302, location="https://hooks.example/new"))

    assert "https://hooks.example/new" in found.entry["error"]
    assert "configure the final address" in found.entry["error"]


def test_personal_data_in_an_answer_is_masked_and_the_answer_is_cut():
    found = after(answer(500, ("13812345678 " + "x" * 9000).encode()))

    assert found.entry["answer"].startswith("138****5678 ")
    assert len(found.entry["answer"]) == 500


def test_bytes_that_are_no_text_do_not_disturb():
    assert after(answer(500, b"\xff\x00ok")).entry["answer"] == "\ufffd\ufffdok"


@pytest.mark.parametrize(
    ("value", "delay"),
    [("90", 90), ("Fri, 20 Nov 2026 12:02:00 GMT", 120), ("soon", 12), ("-5", 12), ("999999", 3600)],
)
def test_retry_after_is_honoured_within_reason(value: str, delay: float):
    assert after(answer(503, retry_after=value)).delay_s == delay


def test_the_servers_own_plan_is_followed():
    plan = {"type": "fixed", "maxRetries": 1, "baseDelaySeconds": 2, "excludedStatusCodes": [422]}

    assert after(answer(500), backoff=plan).delay_s == 2
    assert after(answer(500), made=2, backoff=plan).delay_s is None
    assert after(answer(422), backoff=plan).delay_s is None
