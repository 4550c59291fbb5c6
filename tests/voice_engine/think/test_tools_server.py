"""What a tool's server is sent, and how much of its answer we forgive."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from standardwebhooks import Webhook

from tests.emulators.target import LOOPBACK, Target, flood, hang, redirect, reply, vanish
from voice_engine.kernel.authentication import derived_secret
from voice_engine.kernel.errors import BadRequest, Unavailable
from voice_engine.kernel.sealed import seal
from voice_engine.providers.base import ToolCall
from voice_engine.servers.ask import Servers
from voice_engine.simulate.world import assistant
from voice_engine.spec import AuthenticationSpec, SessionSpec, ToolMessageSpec, ToolSpec
from voice_engine.think.tools.base import Answer
from voice_engine.think.tools.server import tool_access

SECRET = b"s" * 32
SERVERS = Servers(SECRET, LOOPBACK)
SPEC = SessionSpec(session_id="s", call_id="c", org_id="o", assistant=assistant(), created_at_ms=0)
CALLS = [ToolCall("c1", "weather", '{"city": "杭州"}'), ToolCall("c2", "book", "")]


async def ask(target: Target, calls: list[ToolCall] = CALLS, **fields: Any) -> Any:
    tool = ToolSpec(name="weather", **{"server_url": target.url, "timeout_s": 1, **fields})
    return await tool_access(SPEC, SERVERS).call(tool, calls)


def answering(body: object) -> Target:
    return Target(reply(body=body if isinstance(body, bytes) else json.dumps(body).encode()))


async def test_all_calls_travel_in_one_message_in_vapis_shapes():
    with answering({"results": []}) as target:
        await ask(target, server_headers={"X-Vapi-Secret": "s"}, description="The weather.")

    [seen] = target.seen
    message = json.loads(seen.body)["message"]
    assert seen.headers["x-vapi-secret"] == "s"
    assert (message["type"], message["call"]) == ("tool-calls", {"id": "c", "orgId": "o"})
    first, second = message["toolCallList"]
    assert message["toolCalls"] == [first, second]
    assert first["function"] == {"name": "weather", "arguments": {"city": "杭州"}}
    assert (second["name"], second["arguments"]) == ("book", {})
    paired = message["toolWithToolCallList"]
    assert paired[0]["function"]["description"] == "The weather."
    assert paired[1]["toolCall"]["id"] == "c2"


@pytest.mark.parametrize(
    ("body", "answers"),
    [
        (
            {"results": [{"toolCallId": "c1", "result": "晴"}, {"toolCallId": "c2", "error": "满了"}]},
            {"c1": Answer("晴"), "c2": Answer("满了", failed=True)},
        ),
        ({"results": [{"toolCallId": "c1", "result": {"t": 20}}]}, {"c1": Answer('{"t":20}')}),
        ({"results": [{"toolCallId": "c1", "result": "第一行\n 第二行"}]}, {"c1": Answer("第一行 第二行")}),
        ({"results": [{"toolCallId": "c1", "result": 0}]}, {"c1": Answer("0")}),
        (
            {"results": [{"name": "book", "result": "好"}]},
            {"c2": Answer("好", warnings=("The result has no toolCallId.",))},
        ),
        ({"results": []}, {}),
        ({"error": "坏了"}, {"c1": Answer("坏了", failed=True), "c2": Answer("坏了", failed=True)}),
        (
            {"results": [{"toolCallId": "c1", "result": "x", "message": {"content": "好了。"}}]},
            {"c1": Answer("x", message=ToolMessageSpec(at="request-complete", texts={"": "好了。"}))},
        ),
    ],
)
async def test_answers_are_read_kindly(body: Any, answers: dict[str, Answer]):
    with answering(body) as target:
        assert await ask(target) == answers


async def test_a_single_call_may_be_answered_without_ceremony():
    warned = Answer("晴", warnings=("The result has no toolCallId.",))

    with answering({"result": "晴"}) as target:
        assert await ask(target, CALLS[:1]) == {"c1": warned}


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"results": 1}', b'{"results": ["x"]}', b"<html>"])
async def test_what_is_no_answer_is_told_the_right_one(body: bytes):
    with answering(body) as target, pytest.raises(Unavailable) as refused:
        await ask(target)

    assert refused.value.code == "tool_answer_malformed"
    assert '"results"' in refused.value.message


async def test_a_server_that_works_in_the_background_need_not_answer():
    with answering(b"accepted") as target:
        assert await ask(target, background=True) == {}


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (reply(500), "tool_failed"),
        (redirect("http://169.254.169.254/"), "tool_failed"),
        (hang, "target_timeout"),
        (vanish, "target_unreachable"),
        (flood, "tool_answer_too_large"),
    ],
)
async def test_each_fault_of_a_server_has_its_sentence(behaviour: Any, code: str):
    with Target(behaviour) as target, pytest.raises(Unavailable) as refused:
        await ask(target)

    assert refused.value.code == code


async def test_private_networks_are_out_of_reach():
    tool = ToolSpec(name="weather", server_url="http://127.0.0.1:1/")

    with pytest.raises(BadRequest, match="private network"):
        await tool_access(SPEC, Servers(b"s" * 32)).call(tool, CALLS)


async def test_other_questions_are_asked_as_they_are():
    with answering({"documents": []}) as target:
        tool = ToolSpec(name="query", kind="query", server_url=target.url)
        found = await tool_access(SPEC, SERVERS).ask(tool, {"type": "knowledge-base-request"})

    message = json.loads(target.seen[0].body)["message"]
    assert found == {"documents": []}
    assert (message["type"], message["call"]["id"]) == ("knowledge-base-request", "c")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[]", "tool_answer_malformed"),
        (b"no", "tool_answer_malformed"),
        (b'{"error": "x"}', "tool_failed"),
    ],
)
async def test_other_answers_are_objects_without_an_error(body: bytes, code: str):
    with answering(body) as target:
        tool = ToolSpec(name="query", kind="query", server_url=target.url)

        with pytest.raises(Unavailable) as refused:
            await tool_access(SPEC, SERVERS).ask(tool, {"type": "knowledge-base-request"})

    assert refused.value.code == code


async def test_a_tool_without_a_server_says_so():
    with pytest.raises(Unavailable, match="has no server"):
        await tool_access(SPEC, SERVERS).ask(ToolSpec(name="query", kind="query"), {})


# ── who asks ─────────────────────────────────────────────────────────────────────────────────────────


def proven(plan: dict[str, Any], secrets: dict[str, str], **more: Any) -> AuthenticationSpec:
    sealed = seal(json.dumps({f"authenticationPlan.{k}": v for k, v in secrets.items()}), SECRET, context="o")
    return AuthenticationSpec(credential_id="c", plan=plan, sealed=sealed, **more)


async def test_a_tools_server_sees_who_asks_and_that_nobody_has_touched_it():
    with answering({"results": []}) as target:
        await ask(target, authentication=proven({"type": "bearer"}, {"token": "t"}))

    [seen] = target.seen
    verified = Webhook(derived_secret(SECRET, "o")).verify(seen.body, seen.headers)
    assert seen.headers["authorization"] == "Bearer t"
    assert verified["message"]["type"] == "tool-calls"


async def test_an_organisation_with_a_secret_of_its_own_signs_with_that():
    own = "whsec_" + base64.b64encode(b"k" * 24).decode()
    spec = SPEC.model_copy(update={"sealed_signing": (seal(own, SECRET, context="o"),)})

    with answering({"results": []}) as target:
        tool = ToolSpec(name="weather", server_url=target.url)
        await tool_access(spec, SERVERS).call(tool, CALLS)

    assert Webhook(own).verify(target.seen[0].body, target.seen[0].headers)


async def test_named_arguments_are_encrypted_and_the_rest_is_not():
    key = rsa.generate_private_key(65537, 2048)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    plan = {
        "type": "public-key",
        "algorithm": "RSA-OAEP-256",
        "publicKey": {"format": "spki-pem", "pem": pem},
    }
    proof = proven({"type": "bearer"}, {"token": "t"}, encryption=plan, encrypted_paths=("city",))
    call = ToolCall("c1", "weather", '{"city": "杭州", "day": "today"}')

    with answering({"results": []}) as target:
        await ask(target, [call], authentication=proof)

    message = json.loads(target.seen[0].body)["message"]
    given = message["toolCallList"][0]["arguments"]
    opened = key.decrypt(base64.b64decode(given["city"]), OAEP(MGF1(SHA256()), SHA256(), None))
    assert (opened.decode(), given["day"]) == ("杭州", "today")
    assert "杭州" not in target.seen[0].body.decode()


async def test_what_cannot_be_encrypted_is_not_sent():
    key = rsa.generate_private_key(65537, 2048)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    plan = {
        "type": "public-key",
        "algorithm": "RSA-OAEP-256",
        "publicKey": {"format": "spki-pem", "pem": pem},
    }
    proof = proven({"type": "bearer"}, {"token": "t"}, encryption=plan, encrypted_paths=("city",))
    call = ToolCall("c1", "weather", json.dumps({"city": "x" * 500}))

    with answering({"results": []}) as target, pytest.raises(Unavailable) as failed:
        await ask(target, [call], authentication=proof)

    assert (failed.value.code, target.seen) == ("argument_too_long_to_encrypt", [])


async def test_a_server_is_told_of_the_call_the_customer_and_the_assistant():
    told = {"call": {"id": "c", "orgId": "o", "type": "webCall"}, "customer": {"number": "+86"}}
    spec = SPEC.model_copy(update={"told": told})

    with answering({"results": []}) as target:
        await tool_access(spec, SERVERS).call(ToolSpec(name="weather", server_url=target.url), CALLS)

    message = json.loads(target.seen[0].body)["message"]
    assert (message["call"], message["customer"]) == (told["call"], told["customer"])
