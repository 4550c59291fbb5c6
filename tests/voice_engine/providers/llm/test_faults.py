"""Vendors' words → our kinds."""

from typing import Any

import httpx
import openai
import pytest

from voice_engine.kernel.errors import RETRYABLE_KINDS
from voice_engine.providers.llm import faults

REQUEST = httpx.Request("POST", "https://vendor.example/v1/chat/completions")


@pytest.mark.parametrize(
    ("body", "kind", "code", "reason"),
    [
        ({"error": {"code": "1302", "message": "太多"}}, "rate_limit", "1302", "太多."),
        ({"error": {"type": "insufficient_quota"}}, "quota", "insufficient_quota", "vendor failed."),
        ({"error": {"message": "oh"}}, "server", "error", "oh."),
        ({"error": ["odd"]}, "server", "error", "['odd']."),
        ({"base_resp": {"status_code": 1039, "status_msg": "TPM"}}, "rate_limit", "1039", "TPM."),
        ({"code": 11201, "message": "日流控超限"}, "quota", "11201", "日流控超限."),
        ({"code": 999999}, "server", "999999", "vendor failed."),
        ({"error": {"code": 503}}, "server", "503", "vendor failed."),
        ({"error": {"code": 401}}, "auth", "401", "vendor failed."),
    ],
)
def test_an_error_is_found_wherever_it_stands(body: dict[str, Any], kind: str, code: str, reason: str):
    error = faults.of_body(body, "vendor", "req-1")

    assert error is not None
    assert (error.kind, error.vendor_code, error.request_id) == (kind, code, "req-1")
    assert error.message.startswith(reason)
    assert error.retryable == (kind in RETRYABLE_KINDS)


@pytest.mark.parametrize(
    "body",
    [
        {}, {"choices": []}, {"error": None}, {"error": {}}, {"error": ""}, {"code": 0}, {"code": 200},
        {"code": "200"}, {"base_resp": {"status_code": 0, "status_msg": "success"}},
        {"code": "x", "choices": [{"delta": {}}]}, {"type": "chat.completion.chunk"},
    ],
)  # fmt: skip
def test_what_is_no_error_is_none(body: dict[str, Any]):
    assert faults.of_body(body, "vendor") is None


def test_a_vendors_novel_is_cut():
    error = faults.of_body({"error": {"code": "x" * 999, "message": "y" * 9999}}, "vendor")

    assert error is not None
    assert (len(error.vendor_code), len(error.message) < 400) == (100, True)


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (openai.APITimeoutError(REQUEST), "timeout"),
        (openai.APIConnectionError(request=REQUEST), "network"),
        (httpx.ReadTimeout("late"), "timeout"),
        (httpx.RemoteProtocolError("peer closed connection"), "network"),
        (openai.OpenAIError("odd"), "server"),
    ],
)
def test_what_the_sdk_raises_becomes_one_error(raised: Exception, kind: str):
    assert faults.of_exception(raised, "vendor").kind == kind


def test_a_failed_connection_says_why():
    error = faults.of_exception(httpx.ConnectError("All connection attempts failed"), "vendor")

    assert error.message.startswith(
        "The connection to vendor failed: All connection attempts failed. Try again"
    )
