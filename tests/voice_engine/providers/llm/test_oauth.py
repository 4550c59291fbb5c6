"""Models that want OAuth 2.0: one token for many calls, a new one in time, refusals told as what they are."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.contracts.llm import GREETING, text
from tests.contracts.tools import assert_no_task_since, collect
from tests.emulators.openai import OpenAiEmulator, faults
from tests.emulators.openai.oauth import TokenEndpoint
from tests.emulators.openai.vendor import Behaviour
from tests.voice_engine.providers.llm.openai_tools import adapter
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.llm import oauth
from voice_engine.providers.llm.openai_compatible import OpenAiCompatibleLlm
from voice_engine.servers.tokens import Client

OUTSIDE = "https://model.example/v1"
SAID = "You said: Hello, who are you?"


@contextmanager
def house(**endpoint: Any) -> Iterator[tuple[TokenEndpoint, OpenAiEmulator]]:
    """A token endpoint and a model that takes its tokens; both found nothing to complain of at the end."""
    with TokenEndpoint(**endpoint) as desk, OpenAiEmulator(keys=desk.good) as vendor:
        yield desk, vendor
    assert desk.violations == []
    assert vendor.violations == []


def tenant(
    desk: TokenEndpoint, vendor: OpenAiEmulator, secret: str = "hush", **more: Any
) -> OpenAiCompatibleLlm:
    """An assistant's model with a credential of this plan."""
    options = {"authenticationPlan": desk.plan(**more.pop("plan", {})), **more.pop("options", {})}
    return adapter(vendor, options, api_key="", secrets={"clientSecret": secret}, **more)


async def failure(llm: OpenAiCompatibleLlm) -> ProviderError:
    with pytest.raises(ProviderError) as failed:
        await collect(llm.reply(GREETING))
    assert "hush" not in str(failed.value)
    return failed.value


async def test_a_token_is_fetched_with_the_scope_and_shown_to_the_model():
    with house(scope="calls read") as (desk, vendor):
        said = text(await collect(tenant(desk, vendor).reply(GREETING)))

    assert said == SAID
    assert vendor.seen[0].headers["authorization"] == "Bearer token-1"


async def test_one_fetch_serves_many_calls_and_many_turns():
    with house() as (desk, vendor):
        desk.delay_s = 0.02
        llms = [tenant(desk, vendor) for _ in range(10)]
        await asyncio.gather(*(collect(llm.reply(GREETING)) for llm in llms))
        await collect(llms[0].reply(GREETING))

    assert (desk.asked, len(vendor.seen)) == (1, 11)


async def test_a_caller_who_hangs_up_during_the_fetch_leaves_it_to_the_next_one():
    with house() as (desk, vendor):
        desk.script = [faults.stall_before_headers]
        before = asyncio.all_tasks()
        first, second = (asyncio.create_task(collect(tenant(desk, vendor).reply(GREETING))) for _ in range(2))
        async with asyncio.timeout(5):
            while desk.asked == 0:  # noqa: ASYNC110  the endpoint lives in a thread
                await asyncio.sleep(0.002)
        first.cancel()
        said = text(await second)
        await assert_no_task_since(before)

    assert (first.cancelled(), said, desk.asked) == (True, SAID, 2)


async def test_other_clients_have_tokens_of_their_own():
    with house() as (desk, vendor):
        await collect(tenant(desk, vendor).reply(GREETING))

        refused = await failure(tenant(desk, vendor, plan={"clientId": "another"}))

    assert (refused.kind, refused.vendor_code, desk.asked) == ("auth", "invalid_client", 2)


@pytest.mark.parametrize(("life_s", "fetches"), [(0.04, 2), (3600, 1), (None, 1), ("7200", 1), ("soon", 1)])
async def test_a_token_is_used_until_shortly_before_its_end(life_s: Any, fetches: int):
    with house(life_s=life_s) as (desk, vendor):
        await collect(tenant(desk, vendor).reply(GREETING))
        await asyncio.sleep(0.03)  # beyond half the life of the short one
        await collect(tenant(desk, vendor).reply(GREETING))

    assert desk.asked == fetches


def test_a_token_of_an_hour_is_renewed_a_minute_before_its_end_and_a_short_one_at_half_its_life():
    assert (oauth.usable_s(3600), oauth.usable_s(60)) == (3540, 30)


async def test_who_waits_for_anothers_fetch_shares_its_failure():
    with house() as (desk, vendor):
        desk.delay_s = 0.02
        failures = await asyncio.gather(*(failure(tenant(desk, vendor, secret="wrong")) for _ in range(5)))

    assert [each.kind for each in failures] == ["auth"] * 5
    assert desk.asked == 1


async def test_a_token_that_is_refused_is_fetched_anew_once():
    with house() as (desk, vendor):
        llm = tenant(desk, vendor)
        await collect(llm.reply(GREETING))
        desk.good.clear()

        said = text(await collect(llm.reply(GREETING)))

    assert (said, desk.asked, len(vendor.seen)) == (SAID, 2, 3)


async def test_many_calls_with_a_revoked_token_fetch_one_new_one():
    with house() as (desk, vendor):
        desk.delay_s = 0.02
        llms = [tenant(desk, vendor) for _ in range(5)]
        await collect(llms[0].reply(GREETING))
        desk.good.clear()
        await asyncio.gather(*(collect(llm.reply(GREETING)) for llm in llms))

    assert desk.asked == 2


async def test_a_model_that_takes_no_token_at_all_is_not_asked_a_third_time():
    with TokenEndpoint() as desk, OpenAiEmulator(keys=()) as vendor:
        refused = await failure(tenant(desk, vendor))

    assert (refused.kind, refused.vendor_code) == ("auth", "invalid_api_key")
    assert (desk.asked, len(vendor.seen)) == (2, 2)


REFUSALS: list[tuple[Behaviour, str, str]] = [
    (faults.status(401, {"error": "invalid_client"}), "auth", "invalid_client"),
    (faults.status(400, {"error": "invalid_scope", "error_description": "no"}), "auth", "invalid_scope"),
    (faults.status(404, b"nothing here"), "auth", "404"),
    (faults.status(302, b"", location="http://127.0.0.1:1/"), "auth", "302"),
    (faults.status(200, b"<html>login</html>"), "auth", "200"),
    (faults.status(200, {"token_type": "Bearer"}), "auth", "200"),
    (faults.status(200, {"access_token": "x", "token_type": "mac"}), "auth", "200"),
    (faults.status(200, {"access_token": "a\nb: c", "token_type": "bearer"}), "auth", "200"),
    (faults.status(200, b"[]"), "auth", "200"),
    (faults.status(503, b"busy"), "server", "503"),
    (faults.reset_at_once, "network", ""),
]


@pytest.mark.parametrize(("behaviour", "kind", "code"), REFUSALS)
async def test_an_endpoint_that_gives_no_token_is_told_as_what_it_is(
    behaviour: Behaviour, kind: str, code: str
):
    with house() as (desk, vendor):
        desk.script = [behaviour]
        refused = await failure(tenant(desk, vendor))
        said = text(await collect(tenant(desk, vendor).reply(GREETING)))

    assert (refused.kind, refused.vendor_code, len(vendor.seen)) == (kind, code, 1)
    assert said == SAID


async def test_an_endpoint_that_hangs_is_late_within_the_models_own_deadline():
    with house() as (desk, vendor):
        desk.script = [faults.stall_before_headers]
        late = await failure(tenant(desk, vendor, timeout_s=0.1))

    assert (late.kind, vendor.seen) == ("timeout", [])


async def test_an_endpoint_that_hangs_has_a_deadline_of_its_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(oauth._tokens, "_fetch_s", 0.1)
    with house() as (desk, vendor):
        desk.script = [faults.stall_before_headers]
        late = await failure(tenant(desk, vendor))

    assert (late.kind, "token endpoint" in late.message) == ("timeout", True)


async def test_an_authorization_header_of_the_assistant_goes_before_the_plan():
    with TokenEndpoint() as desk, OpenAiEmulator() as vendor:
        await collect(tenant(desk, vendor, headers={"authorization": "Basic eA=="}).reply(GREETING))

    assert (desk.asked, vendor.seen[0].headers["authorization"]) == (0, "Basic eA==")


@pytest.mark.parametrize("allowed", [(), ("10.0.0.0/8",)])
def test_an_endpoint_that_leads_inwards_is_refused_before_any_call(allowed: tuple[str, ...]):
    with house() as (desk, vendor), pytest.raises(BadRequest) as refused:
        tenant(desk, vendor, base_url=OUTSIDE, options={"allowedTargets": allowed})

    assert refused.value.code == "target_refused"


async def test_a_name_that_resolves_inwards_is_refused_when_it_is_resolved():
    with house() as (desk, vendor):
        plan = {"url": "http://localhost.example:1/token"}
        options = {"allowedTargets": ()}
        with pytest.MonkeyPatch.context() as patch:
            _resolving(patch, "127.0.0.1")
            refused = await failure(tenant(desk, vendor, plan=plan, options=options, base_url=OUTSIDE))

    assert (refused.kind, "private network" in refused.message) == ("auth", True)


@pytest.mark.parametrize("lacking", ["url", "clientId"])
def test_a_plan_that_lacks_something_says_what(lacking: str):
    with house() as (desk, vendor), pytest.raises(BadRequest, match=f"needs its {lacking}"):
        tenant(desk, vendor, plan={lacking: ""})


def test_a_plan_without_its_secret_says_so():
    with house() as (desk, vendor), pytest.raises(BadRequest, match="needs its clientSecret"):
        tenant(desk, vendor, secret="")


def test_nothing_shows_the_secret():
    assert "hush" not in repr(Client("https://a.example", "shop", "hush"))


def _resolving(patch: pytest.MonkeyPatch, address: str) -> None:
    def getaddrinfo(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    patch.setattr(socket, "getaddrinfo", getaddrinfo)
