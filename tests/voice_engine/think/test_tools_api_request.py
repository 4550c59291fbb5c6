"""Requests of apiRequest tools over a real server: what is sent, and what the model is told."""

import json
from typing import Any

import pytest

from tests.emulators.target import LOOPBACK, Target, flood, hang, redirect, reply, vanish
from tests.voice_engine.think.conversation import Heard, asked
from voice_engine.servers.ask import Servers
from voice_engine.simulate.world import assistant
from voice_engine.spec import RequestSpec, RetrySpec, SessionSpec, ToolSpec
from voice_engine.think.tools.server import tool_access
from voice_engine.think.tools.toolbox import Toolbox

SERVERS = Servers(b"s" * 32, LOOPBACK)
SPEC = SessionSpec(session_id="s", call_id="c", org_id="o", assistant=assistant(), created_at_ms=0)


async def ask(
    url: str, arguments: dict[str, Any] | None = None, *, tool: dict[str, Any] | None = None, **request: Any
) -> str:
    """What the model is told."""
    made = ToolSpec(
        name="look_up",
        kind="apiRequest",
        request=RequestSpec(**{"method": "POST", "url": url, **request}),
        **{"timeout_s": 2, "variables": {"shop": "west"}, **(tool or {})},
    )
    box = Toolbox([made], Heard(), tool_access(SPEC, SERVERS))
    rounds = asked(("look_up", json.dumps(arguments or {})))
    await box.run(rounds)
    await box.close()
    [result] = rounds.results
    return result


async def test_the_body_holds_the_models_values_and_those_that_are_always_sent():
    fixed = {"shop": "{{ shop }}", "order": {"currency": "CNY"}, "size": 12}
    with Target(reply(body=b'{"eta":\n "20 min"}')) as target:
        told = await ask(
            target.url,
            {"order": {"dish": "披萨", "currency": "USD"}, "unasked": 1},
            body=fixed,
            asked_body=("order",),
        )

    [seen] = target.seen
    assert told == '{"eta": "20 min"}'
    assert (seen.method, seen.headers["content-type"]) == ("POST", "application/json")
    assert json.loads(seen.body) == {
        "shop": "west",
        "size": 12,
        "order": {"dish": "披萨", "currency": "CNY"},
    }


async def test_a_get_puts_values_into_the_query_and_has_no_body():
    with Target() as target:
        await ask(
            f"{target.url}/{{{{ city }}}}?v=1",
            {"city": "杭州/../x", "day": "今天", "tags": ["a", "b"], "deep": {"n": 1}, "nothing": None},
            method="GET",
            asked_body=("day", "tags", "deep", "nothing"),
            body={"shop": "{{ shop }}"},
        )

    [seen] = target.seen
    assert (seen.method, seen.body) == ("GET", b"")
    assert seen.path == (
        "/hook/%E6%9D%AD%E5%B7%9E%2F..%2Fx?v=1"
        "&day=%E4%BB%8A%E5%A4%A9&tags=a&tags=b&deep=%7B%22n%22%3A1%7D&shop=west"
    )


async def test_an_address_that_encodes_its_arguments_itself_is_left_alone():
    with Target() as target:
        await ask(f"{target.url}/{{{{ city | url_encode }}}}", {"city": "杭州"}, method="GET")

    assert target.seen[0].path == "/hook/%E6%9D%AD%E5%B7%9E"


async def test_headers_are_fixed_or_the_models_and_cannot_break_out():
    with Target() as target:
        await ask(
            target.url,
            {"X-Trace": "a\r\nX-Evil: 1"},
            headers={"X-Shop": "店 {{ shop }}", "Authorization": "Bearer k"},
            asked_headers=("X-Trace",),
        )

    [seen] = target.seen
    assert (seen.headers["x-shop"], seen.headers["authorization"]) == ("%E5%BA%97 west", "Bearer k")
    assert seen.headers["x-trace"] == "a%0D%0AX-Evil: 1"
    assert "x-evil" not in seen.headers


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [
        (reply(404, b"no such order"), "The request was answered with 404: no such order"),
        (reply(500, b""), "The request was answered with 500."),
        (reply(200, b""), "The request was answered with 200 and no text."),
        (reply(200, b"\xff\xfe"), "\ufffd\ufffd"),
        (redirect("http://169.254.169.254/"), "The request was answered with 302."),
    ],
)
async def test_every_answer_becomes_a_sentence(behaviour: Any, told: str):
    with Target(behaviour) as target:
        assert await ask(target.url) == told


async def test_silence_ends_with_the_tools_timeout():
    with Target(hang) as target:
        told = await ask(target.url, tool={"timeout_s": 0.05})

    assert "within 0.05 s" in told


async def test_an_answer_without_an_end_is_cut():
    with Target(flood) as target:
        told = await ask(target.url)

    assert told.startswith("xxx")
    assert len(told) < 9000


async def test_a_private_address_is_refused_even_when_the_model_chooses_it():
    told = await ask("http://{{ host }}/", {"host": "10.0.0.1"})

    assert told.startswith("The tool failed: 10.0.0.1 is refused")


async def test_a_template_that_cannot_be_rendered_is_told():
    told = await ask("http://127.0.0.1/{{ shop | nonsense }}")

    assert told.startswith("The tool failed: url has a template")


@pytest.mark.parametrize(
    ("script", "final", "tries"),
    [
        ([reply(503), vanish, reply(200, b"ok")], (), 3),
        ([reply(503), reply(200, b"ok")], (503,), 1),
        ([reply(404), reply(200, b"ok")], (), 1),
        ([reply(429)] * 9, (), 4),
    ],
)
async def test_a_failed_request_is_repeated_as_its_plan_says(script: Any, final: Any, tries: int):
    with Target(*script) as target:
        await ask(target.url, retry=RetrySpec(times=3, pause_s=0.001, doubling=True, final=final))

    assert len(target.seen) == tries
