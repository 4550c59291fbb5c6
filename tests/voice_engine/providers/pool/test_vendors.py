"""What the factory's pools begin with: the platform's plans, the strategy, the accounts."""

import asyncio
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.llm import GREETING
from tests.contracts.tools import collect
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.kernel.sealed import seal
from voice_engine.providers import connections
from voice_engine.providers.factory import Factory
from voice_engine.providers.pool.keeper import Keeper
from voice_engine.providers.pool.llm import PoolLlm
from voice_engine.providers.pool.race import RaceStt
from voice_engine.providers.pool.stt import PoolStt
from voice_engine.providers.pool.troubles import Troubles
from voice_engine.providers.pool.tts import PoolTts
from voice_engine.settings import EngineSettings
from voice_engine.spec import ModelSpec, TranscriberSpec, VoiceSpec

SECRET = "a secret of this installation, long enough"
PLANS = {
    "model": {"models": [{"provider": "scripted", "temperature": 0.9, "rules": []}]},
    "model/openai": {
        "models": [{"provider": "deep-seek", "model": "d"}, {"provider": "openai", "model": "m"}]
    },
    "voice": {"voices": [{"provider": "espeak", "voiceId": "cmn", "options": {"pitch": 40}}]},
    "transcriber": {"transcribers": [{"provider": "pocketsphinx"}], "race": True},
}


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def factory(**settings: Any) -> Factory:
    keys = {"dashscope_api_key": "sk-a", "openai_api_key": "sk-o", "deepseek_api_key": "sk-d"}
    return Factory(
        EngineSettings(**{"secret": SECRET, "allowed_targets": ["127.0.0.0/8"], **keys, **settings})
    )


def providers(pool: Any) -> list[str]:
    assert isinstance(pool, PoolLlm | PoolStt | PoolTts | RaceStt)
    desk = pool.desk if isinstance(pool, PoolLlm | PoolStt) else pool._desk
    return [member.provider for member in desk.members]


# ── the platform's plans ─────────────────────────────────────────────────────────────────────────────


def test_who_names_no_fallback_has_the_platforms():
    house = factory(fallback_plans=PLANS)

    assert providers(house.llm(ModelSpec(provider="dashscope"), "o")) == ["dashscope", "scripted"]
    assert providers(house.tts(VoiceSpec(provider="dashscope"), "o")) == ["dashscope", "espeak"]
    assert isinstance(house.stt(TranscriberSpec(provider="dashscope"), "o"), RaceStt)


def test_the_plan_for_a_provider_comes_before_the_general_one_and_nobody_is_his_own_fallback():
    llm = factory(fallback_plans=PLANS).llm(ModelSpec(provider="openai", model="m"), "o")

    assert providers(llm) == ["openai", "deep-seek"]


def test_the_fallbacks_of_the_assistant_are_its_own():
    spec = VoiceSpec(provider="dashscope", fallbacks=(VoiceSpec(provider="dashscope"),))

    assert providers(factory(fallback_plans=PLANS).tts(spec, "o")) == ["dashscope", "dashscope"]


@pytest.mark.parametrize(
    "mine",
    [
        {
            "provider": "openai",
            "sealed_api_key": seal("sk", EngineSettings(secret=SECRET).secret_bytes, context="o"),
        },
        {"provider": "openai", "base_url": "http://127.0.0.1:9/v1"},
        {"provider": "custom-llm", "base_url": "http://127.0.0.1:9/v1"},
    ],
)
def test_a_tenants_own_key_or_server_is_not_joined_by_the_platforms_vendors(mine: dict[str, Any]):
    llm = factory(fallback_plans=PLANS).llm(ModelSpec(model="m", **mine), "o")

    assert providers(llm) == [mine["provider"]]


def test_what_a_plan_says_arrives():
    house = factory(fallback_plans=PLANS)

    voice = house.vendors.complete(VoiceSpec(provider="dashscope")).fallbacks[0]
    model = house.vendors.complete(ModelSpec(provider="dashscope", max_tokens=99, timeout_s=3)).fallbacks[0]

    assert (voice.voice_id, voice.extra) == ("cmn", {"pitch": 40})
    assert (model.temperature, model.max_tokens, model.timeout_s, model.extra) == (0.9, 99, 3, {"rules": []})


def test_a_plan_that_an_adapter_refuses_is_skipped_and_told_and_the_call_goes_on():
    plans = {"voice": {"voices": [{"provider": "dashscope", "model": "x", "weight": 2}]}}
    troubles, told = Troubles(), []
    troubles.subscribe(told.append)

    pool = factory(fallback_plans=plans).tts(VoiceSpec(provider="espeak"), "o", troubles)

    assert providers(pool) == ["espeak"]
    assert [(t.what, t.provider, t.error.kind) for t in told] == [("skipped", "dashscope", "bad_request")]


@pytest.mark.parametrize(
    ("plans", "sentence"),
    [
        ({"models": {}}, "models should be transcriber, model or voice"),
        ({"model": {"voices": [{"provider": "espeak"}]}}, "model.models: Field required"),
        ({"voice": {"voices": []}}, "voice.voices: List should have at least 1 item"),
        ({"voice": {"voices": [{"provider": "nobody"}]}}, "there is no voice of provider 'nobody'"),
        ({"model/deepseek": {"models": [{"provider": "zhipu"}]}}, "no model of provider 'deepseek'"),
        ({"voice": {"voices": [{"provider": "espeak", "weight": 0}]}}, "voice.voices.0.weight"),
        (
            {"voice": {"voices": [{"provider": "espeak"}], "strategy": "luck"}},
            "voice.strategy: Input should be",
        ),
    ],
)
def test_a_plan_that_cannot_be_used_is_refused_by_its_name(plans: dict[str, Any], sentence: str):
    with pytest.raises(BadRequest, match=sentence) as refused:
        factory(fallback_plans=plans)

    assert refused.value.code == "bad_fallback_plans"


def test_plans_and_limits_are_read_from_yaml():
    Path("yingda.yaml").write_text(
        "fallback_plans:\n  voice/dashscope:\n    voices: [{provider: espeak, voiceId: cmn}]\n"
        "provider_limits:\n  - {provider: espeak, audio_minutes_per_day: 10}\n"
    )

    house = factory()

    assert providers(house.tts(VoiceSpec(provider="dashscope"), "o")) == ["dashscope", "espeak"]
    assert [account.most for account in house.vendors.allowances.accounts] == [600]


# ── conversations ────────────────────────────────────────────────────────────────────────────────────


def test_conversations_are_dealt_out_by_weight():
    other = VoiceSpec(provider="espeak", weight=3)
    spec = VoiceSpec(provider="dashscope", fallbacks=(other,), strategy="weighted")
    house = factory()

    begun = [providers(house.tts(spec, "o"))[0] for _ in range(40)]

    assert begun.count("espeak") == pytest.approx(30, abs=1)


async def test_every_organization_and_key_is_known_by_itself_and_by_the_same_name_everywhere():
    house, elsewhere = factory(), factory()
    for each in (house, elsewhere):
        each.llm(ModelSpec(provider="openai", model="m"), "o")
        each.llm(ModelSpec(provider="openai", model="m"), "p")
    factory(openai_api_key="another").llm(ModelSpec(provider="openai", model="m"), "o")

    names = [key.name for key, _ in house.vendors.standings.items()]

    assert len(set(names)) == 2
    assert names == [key.name for key, _ in elsewhere.vendors.standings.items()]
    assert not any("sk-" in name for name in names)


@pytest.mark.parametrize("server", [{"url": "http://127.0.0.1:9"}, {"server": {"url": "http://127.0.0.1:9"}}])
def test_a_server_that_a_tenant_names_is_the_tenants_and_not_another_of_the_same_kind(server: dict[str, Any]):
    other = VoiceSpec(provider="custom-voice", extra={"server": {"url": "http://127.0.0.1:8"}})
    house = factory(fallback_plans=PLANS, provider_limits=[{"requests_per_minute": 1}])
    mine = VoiceSpec(provider="custom-voice", extra=server, fallbacks=(other,))
    alone = TranscriberSpec(provider="whisper", model="m", extra=server)

    house.tts(mine, "o")
    house.stt(alone, "o")

    assert house.vendors.complete(alone) is alone
    assert len(house.vendors.standings.items()) == 3
    assert house.vendors.allowances.accounts == []
    assert [each.scout for _, each in house.vendors.standings.items()] == [None] * 3


async def test_a_limit_of_the_installation_holds_over_calls_of_all_organizations():
    limits = [{"provider": "scripted", "component": "model", "requests_per_minute": 2}]
    house = factory(provider_limits=limits)

    async def ask(org_id: str) -> None:
        await collect(house.llm(ModelSpec(provider="scripted"), org_id).reply(GREETING))

    await ask("o")
    await ask("p")

    with pytest.raises(ProviderError, match="limit for scripted is reached") as refused:
        await ask("q")
    assert refused.value.kind == "quota"


SPEECH_KEYS = {
    "tencent_app_id": "1",
    "tencent_secret_id": "i",
    "tencent_secret_key": "k",
    "aliyun_nls_access_key_id": "i",
    "aliyun_nls_access_key_secret": "s",
    "aliyun_nls_app_key": "a",
}


def test_a_vendor_is_looked_at_by_the_best_means_there_is_and_a_tenants_server_left_in_peace():
    house = factory(**SPEECH_KEYS)
    house.llm(ModelSpec(provider="dashscope"), "o")
    house.llm(ModelSpec(provider="custom-llm", model="m", base_url="http://127.0.0.1:9/v1"), "o")
    house.tts(VoiceSpec(provider="aliyun-nls"), "o")
    house.stt(TranscriberSpec(provider="dashscope"), "o")
    house.stt(TranscriberSpec(provider="pocketsphinx"), "o")

    scouts = {(key.component, key.provider): each.scout for key, each in house.vendors.standings.items()}

    assert scouts["llm", "dashscope"] is not None
    assert scouts["stt", "dashscope"] is not None
    assert scouts["tts", "aliyun-nls"] is not None
    assert scouts["llm", "custom-llm"] is None
    assert scouts["stt", "pocketsphinx"] is None


async def test_at_a_recognisers_door_is_only_knocked():
    said: list[bytes] = []
    came = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said.append(await reader.read())
        writer.close()
        await writer.wait_closed()
        came.set()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        house = factory(**SPEECH_KEYS, tencent_base_url=url)
        house.stt(TranscriberSpec(provider="tencent"), "o")

        await Keeper(house.vendors.standings).look()
        await asyncio.wait_for(came.wait(), 1)

    assert said == [b""]
    ((_, standing),) = house.vendors.standings.items()
    assert standing.missed == 0


async def test_a_models_connection_is_open_before_its_first_reply_and_used_for_it():
    asked: list[tuple[int, bytes]] = []
    serving: list[asyncio.Task[Any]] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        serving.append(task)
        number = len(serving)
        with suppress(asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                asked.append((number, head.split()[0]))
                length = re.search(rb"(?i)content-length: (\d+)", head)
                await reader.readexactly(int(length[1]) if length else 0)
                writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        house = factory(openai_base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
        llm = house.llm(ModelSpec(provider="openai", model="m"), "o")
        keeper = Keeper(house.vendors.standings)

        await keeper.look()
        await keeper.look()
        with pytest.raises(ProviderError):
            await collect(llm.reply(GREETING))
        await connections.close()
        await asyncio.wait(serving)

    assert asked[:2] == [(1, b"HEAD"), (1, b"POST")]
