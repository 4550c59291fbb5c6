"""Every way in which a vendor of OpenAI's protocol fails, and the one error that comes of it."""

import time
from typing import Any

import pytest

from tests.contracts.tools import faster_than
from tests.emulators.openai import called, chunk, error, faults, said
from tests.emulators.openai.vendor import Behaviour
from tests.voice_engine.providers.llm.openai_tools import answered, failure

ADAPTER = "voice_engine.providers.llm.openai_compatible"


# ── refused ──────────────────────────────────────────────────────────────────────────────────────────

REFUSALS: list[tuple[int, Any, str, str]] = [
    (401, error("invalid_api_key"), "auth", "invalid_api_key"),
    (401, {"error": {"code": "1002", "message": "Token 非法"}}, "auth", "1002"),
    (401, b"no", "auth", "401"),
    (402, error("insufficient_balance"), "quota", "insufficient_balance"),
    (403, error("AccessDenied.Unpurchased"), "auth", "AccessDenied.Unpurchased"),
    (404, error("model_not_found", "The model `x` does not exist."), "bad_request", "model_not_found"),
    (404, {"error": "model 'x' not found"}, "bad_request", "error"),
    (429, error("limit_requests"), "rate_limit", "limit_requests"),
    (429, {"error": {"code": "1113", "message": "余额不足"}}, "quota", "1113"),
    (429, error("insufficient_quota"), "quota", "insufficient_quota"),
    (400, error("Arrearage"), "quota", "Arrearage"),
    (400, error("data_inspection_failed"), "moderation", "data_inspection_failed"),
    (400, {"code": "invalid_parameter_error", "message": "top"}, "bad_request", "invalid_parameter_error"),
    (422, {"detail": [{"msg": "field required"}]}, "bad_request", "422"),
    (500, error("", kind="server_error"), "server", "server_error"),
    (503, b"upstream connect error", "server", "503"),
    (502, b"<html>bad gateway</html>", "server", "502"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "kind", "code"), REFUSALS)
async def test_a_refusal_is_told_by_its_code_and_else_by_its_status(
    status: int, body: Any, kind: str, code: str
):
    refused, said_before = await failure(faults.status(status, body, x_request_id="req-7"))

    assert (refused.kind, refused.vendor_code, said_before) == (kind, code, "")
    assert refused.request_id == "req-7"


async def test_a_refusal_carries_the_vendors_sentence_and_what_to_do():
    refused, _ = await failure(faults.status(404, error("model_not_found", "The model `x` does not exist.")))

    assert refused.message == "The model `x` does not exist. Check the model, its address and its options."


async def test_a_limit_tells_when_to_come_back_and_nobody_waits_for_it():
    with faster_than(2):
        refused, _ = await failure(faults.status(429, error("limit_requests"), retry_after="90"))

    assert (refused.kind, refused.retryable, refused.retry_after) == ("rate_limit", True, 90.0)


@pytest.mark.parametrize("value", ["Fri, 20 Nov 2026 10:00:00 GMT", "nan", "-1", "soon"])
async def test_a_retry_after_that_is_no_number_is_left_out(value: str):
    refused, _ = await failure(faults.status(429, b"", retry_after=value))

    assert refused.retry_after is None


async def test_a_redirect_is_not_followed():
    refused, _ = await failure(faults.status(307, b"", location="http://127.0.0.1:1/v1"))

    assert refused.kind == "bad_request"
    assert "give the final address" in refused.message


# ── refused with status 200 ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        ({"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}, "quota", "1008"),
        ({"error_code": 336501, "error_msg": "rpm"}, "rate_limit", "336501"),
        ({"code": 336503, "message": "unsafe"}, "moderation", "336503"),
        (error("invalid_api_key"), "auth", "invalid_api_key"),
        ({"error": {"code": 429, "message": "slow down"}}, "rate_limit", "429"),
        ({"object": "error", "message": "too long", "code": 400}, "bad_request", "400"),
    ],
)
async def test_an_error_that_comes_as_success_is_an_error(body: dict[str, Any], kind: str, code: str):
    refused, _ = await failure(faults.status(200, body))

    assert (refused.kind, refused.vendor_code) == (kind, code)


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"", "text/plain"), (b"<html>login</html>", "text/html"), (b'{"choices":[]}', "application/json")],
)
async def test_something_that_is_no_stream_is_named(body: bytes, kind: str):
    refused, _ = await failure(faults.status(200, body, content_type=kind))

    assert refused.kind == "server"
    assert f"did not stream its answer (content type {kind})" in refused.message


async def test_a_stream_with_nothing_in_it_is_a_failure():
    refused, _ = await failure(faults.answers())

    assert refused.kind == "network"


# ── late ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "behaviour",
    [
        faults.stall_before_headers, faults.stall_before_the_first_token, faults.comments_only,
        faults.empty_chunks_only,
    ],
)  # fmt: skip
async def test_the_first_token_has_a_deadline_whatever_keeps_the_connection_alive(behaviour: Behaviour):
    began = time.perf_counter()
    late, said_before = await failure(behaviour, timeout_s=0.2)
    took = time.perf_counter() - began

    assert (late.kind, late.retryable, said_before) == ("timeout", True, "")
    assert 0.19 < took < 1.0


async def test_the_head_and_the_first_token_share_one_deadline():
    async def behave(exchange: Any) -> None:
        await faults.asyncio.sleep(0.3)
        await faults.stall_before_the_first_token(exchange)

    began = time.perf_counter()
    late, _ = await failure(behave, timeout_s=0.4)

    assert late.kind == "timeout"
    assert time.perf_counter() - began < 0.65  # two deadlines would take 0.7


@pytest.mark.parametrize("behaviour", [faults.stall_midway, faults.comments_midway])
async def test_the_next_token_has_a_deadline_of_its_own(
    behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(f"{ADAPTER}.TOKEN_S", 0.1)

    late, said_before = await failure(behaviour)

    assert (late.kind, said_before) == ("timeout", "Hello, I am ")
    assert "stopped in the middle" in late.message


async def test_a_thought_is_a_token_and_a_tool_call_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(f"{ADAPTER}.TOKEN_S", 0.3)

    async def behave(exchange: Any) -> None:
        await exchange.begin()
        for item in [chunk({"reasoning_content": "hm"})] * 3 + [called("f", "", id="x"), called("", "{}")]:
            await exchange.event(item)
            await faults.asyncio.sleep(0.06)
        await exchange.event(chunk({}, "tool_calls"))
        await exchange.end()

    deltas = await answered(behave, timeout_s=0.2)

    assert deltas[-1].finish_reason == "tool_calls"


# ── broken ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("behaviour", [faults.reset_midway, faults.close_midway, faults.end_without_a_reason])
async def test_an_answer_that_breaks_off_is_a_failure_after_what_was_said(behaviour: Behaviour):
    broken, said_before = await failure(behaviour)

    assert (broken.kind, broken.retryable, said_before) == ("network", True, "Hello, I am ")


async def test_a_connection_that_breaks_before_the_answer_is_a_failure_of_the_network():
    broken, _ = await failure(faults.reset_at_once)

    assert broken.kind == "network"


@pytest.mark.parametrize(
    ("item", "kind", "code"),
    [
        (error("data_inspection_failed"), "moderation", "data_inspection_failed"),
        (error("", kind="server_error"), "server", "server_error"),
        ({"error": "out of memory"}, "server", "error"),
        ({"code": 10013, "message": "input moderation", "sid": "cha"}, "moderation", "10013"),
        ({"code": 10007, "message": "one at a time"}, "rate_limit", "10007"),
        ({"base_resp": {"status_code": 1027}, "choices": []}, "moderation", "1027"),
        (chunk({}, "content_filter"), "moderation", "content_filter"),
        (chunk({}, "sensitive"), "moderation", "sensitive"),
        (chunk({}, "network_error"), "network", "network_error"),
        (called("", "{}", index=0, id="x") | {"choices": [
            {"delta": {"tool_calls": [{"function": {"arguments": "{}"}}]}, "finish_reason": "tool_calls"}
        ]}, "server", "tool_calls"),
    ],
)  # fmt: skip
async def test_an_error_in_the_stream_is_a_failure_of_its_kind(item: dict[str, Any], kind: str, code: str):
    broken, said_before = await failure(faults.midway(item))

    assert (broken.kind, broken.vendor_code, said_before) == (kind, code, "Hello, I am ")


async def test_codes_that_mean_success_are_no_errors():
    items = [
        {**said("Hello"), "code": 0, "message": "Success", "sid": "cha"},
        {**said("!"), "base_resp": {"status_code": 0, "status_msg": ""}, "error": None, "type": "chunk"},
        chunk({}, "stop"),
    ]

    assert "".join(d.text for d in await answered(faults.answers(*items))) == "Hello!"


@pytest.mark.parametrize(
    "line", [b'data: {"choices": [{"del\n\n', b"data: [1]\n\n", b"data: \xff\xfe\n\n", b"data: 7\n\n"]
)
async def test_a_line_that_is_no_object_is_a_failure(line: bytes):
    broken, _ = await failure(faults.raw(line))

    assert broken.kind == "server"


async def test_garbage_midway_is_a_failure_after_what_was_said():
    broken, said_before = await failure(faults.garbage_midway)

    assert (broken.kind, said_before) == ("server", "Hello, I am ")


async def test_a_line_without_an_end_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("voice_engine.providers.connections.ANSWER_BYTES", 500_000)

    broken, _ = await failure(faults.flood)

    assert (broken.kind, "does not end" in broken.message) == ("network", True)


@pytest.mark.parametrize("number", [200, 500])
async def test_a_compressed_answer_is_not_unpacked(number: int):
    broken, _ = await failure(faults.status(number, b"\x1f\x8b\x08", content_encoding="gzip"))

    assert (broken.kind, "compressed" in broken.message) == ("network", True)
