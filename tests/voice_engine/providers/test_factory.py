"""Specs become adapters: whose key, which address, and every provider there is."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.llm import GREETING
from tests.contracts.tools import collect, pieces
from tests.emulators import custom
from tests.emulators.openai import OpenAiEmulator
from tests.emulators.openai.oauth import TokenEndpoint
from voice_engine.kernel.accounts import BASE_URL, packed, platform_fields
from voice_engine.kernel.errors import BadRequest, ProviderError, YingdaError
from voice_engine.kernel.sealed import seal
from voice_engine.providers import registry
from voice_engine.providers.factory import Factory
from voice_engine.providers.pool.race import RaceStt
from voice_engine.providers.pool.stt import PoolStt
from voice_engine.providers.pool.troubles import Troubles
from voice_engine.settings import EngineSettings
from voice_engine.spec import ModelSpec, TranscriberSpec, VoiceSpec

SECRET = "a secret of this installation, long enough"
KEYS = {
    **{name.lower(): "1250000" for name, (_, field) in platform_fields().items() if field != BASE_URL},
    "dashscope_api_key": "sk-ali",
    "openai_api_key": "sk-open",
    "deepseek_api_key": "sk-deep",
}
NEEDS: Mapping[str, Mapping[str, Any]] = {
    "custom-llm": {"base_url": "https://model.example/v1", "model": "m"}
}


@pytest.fixture
def vendor() -> Iterator[OpenAiEmulator]:
    with OpenAiEmulator() as vendor:
        yield vendor


@pytest.fixture(autouse=True)
def _no_keys_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in platform_fields():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def factory(**settings: Any) -> Factory:
    known: dict[str, Any] = {"secret": SECRET, "allowed_targets": ["127.0.0.0/8"], **settings}
    return Factory(EngineSettings(**known))


def secret_bytes() -> bytes:
    return EngineSettings(secret=SECRET).secret_bytes


async def key_seen(factory: Factory, spec: ModelSpec, vendor: OpenAiEmulator, org_id: str = "org-1") -> str:
    """The Authorization header that arrives."""
    await collect(factory.llm(spec, org_id).reply(GREETING))
    return vendor.seen[-1].headers.get("authorization", "")


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_the_tenants_own_key_is_opened_and_used(vendor: OpenAiEmulator):
    sealed = seal("sk-own", secret_bytes(), context="org-1")
    spec = ModelSpec(provider="openai", model="m", sealed_api_key=sealed)

    assert await key_seen(factory(openai_base_url=vendor.url, **KEYS), spec, vendor) == "Bearer sk-own"


async def test_without_one_the_platforms_key_is_used(vendor: OpenAiEmulator):
    spec = ModelSpec(provider="dashscope", model="m")

    assert (
        await key_seen(factory(dashscope_compatible_url=vendor.url, **KEYS), spec, vendor) == "Bearer sk-ali"
    )


@pytest.mark.parametrize("kind", ["llm", "stt", "tts"])
def test_a_key_that_was_sealed_for_another_organisation_does_not_open(kind: str):
    sealed = seal("sk-theirs", secret_bytes(), context="org-2")
    specs: dict[str, Any] = {"llm": ModelSpec, "stt": TranscriberSpec, "tts": VoiceSpec}

    with pytest.raises(YingdaError) as refused:
        getattr(factory(), kind)(specs[kind](provider="dashscope", sealed_api_key=sealed), "org-1")

    assert refused.value.code == "sealed_secret_unreadable"
    assert "sk-theirs" not in refused.value.message


def test_a_key_sealed_under_another_secret_does_not_open():
    sealed = seal("sk-old", b"another secret" * 3, context="org-1")

    with pytest.raises(YingdaError, match="was the installation's secret file replaced"):
        factory().llm(ModelSpec(provider="openai", sealed_api_key=sealed), "org-1")


@pytest.mark.parametrize(
    ("provider", "setting"),
    [("dashscope", "DASHSCOPE_API_KEY"), ("openai", "OPENAI_API_KEY"), ("deep-seek", "DEEPSEEK_API_KEY")],
)
def test_a_missing_key_is_an_auth_failure_that_names_the_setting(provider: str, setting: str):
    with pytest.raises(ProviderError, match=f"set {setting}, or give the assistant a credential") as refused:
        factory().llm(ModelSpec(provider=provider), "org-1")

    assert (refused.value.kind, refused.value.vendor) == ("auth", provider)


@pytest.mark.parametrize("kind", ["stt", "tts"])
def test_a_missing_key_for_speech_is_told_in_the_same_way(kind: str):
    specs: dict[str, Any] = {"stt": TranscriberSpec, "tts": VoiceSpec}

    with pytest.raises(ProviderError, match="set DASHSCOPE_API_KEY") as refused:
        getattr(factory(), kind)(specs[kind](provider="dashscope"), "org-1")

    assert refused.value.kind == "auth"


@pytest.mark.parametrize("provider", ["openai", "dashscope", "deep-seek", "custom-llm"])
async def test_the_platforms_key_never_goes_to_an_address_a_tenant_has_chosen(
    provider: str, vendor: OpenAiEmulator
):
    spec = ModelSpec(provider=provider, model="m", base_url=vendor.url)

    assert await key_seen(factory(**KEYS), spec, vendor) == ""


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("provider", ["openai", "custom-llm"])
def test_a_tenants_address_inside_is_refused_unless_the_operator_allows_it(provider: str):
    spec = ModelSpec(provider=provider, model="m", base_url="http://127.0.0.1:9/v1")

    with pytest.raises(BadRequest) as refused:
        factory(allowed_targets=[]).llm(spec, "org-1")

    assert refused.value.code == "target_refused"


def test_an_assistant_cannot_allow_itself_an_address():
    extra = {"allowedTargets": ["0.0.0.0/0"], "guarded": False, "provider": "openai"}
    spec = ModelSpec(provider="custom-llm", model="m", base_url="http://127.0.0.1:9/v1", extra=extra)

    with pytest.raises(BadRequest) as refused:
        factory(allowed_targets=[]).llm(spec, "org-1")

    assert refused.value.code == "target_refused"


async def test_the_operators_own_address_inside_needs_no_leave(vendor: OpenAiEmulator):
    inside = factory(openai_base_url=vendor.url, allowed_targets=[], **KEYS)

    assert await key_seen(inside, ModelSpec(provider="openai", model="m"), vendor) == "Bearer sk-open"


async def test_what_the_spec_says_arrives(vendor: OpenAiEmulator):
    spec = ModelSpec(
        provider="custom-llm", model="m-1", base_url=vendor.url, headers={"x-shop": "7"}, temperature=0.1,
        max_tokens=99, extra={"extraBody": {"customer": {"name": "Li"}}},
    )  # fmt: skip

    await key_seen(factory(), spec, vendor)

    body = vendor.bodies[0]
    assert (body["model"], body["temperature"], body["max_tokens"]) == ("m-1", 0.1, 99)
    assert (body["customer"], vendor.seen[0].headers["x-shop"]) == ({"name": "Li"}, "7")
    assert vendor.violations == []


async def test_a_tenants_model_that_wants_oauth_gets_a_token_for_the_secret_of_its_credential():
    with TokenEndpoint() as desk, OpenAiEmulator(keys=desk.good) as vendor:
        sealed = seal(packed({"clientSecret": desk.client_secret}), secret_bytes(), context="org-1")
        spec = ModelSpec(
            provider="custom-llm", model="m", base_url=vendor.url, sealed_api_key=sealed,
            extra={"authenticationPlan": desk.plan()},
        )  # fmt: skip

        assert await key_seen(factory(), spec, vendor) == "Bearer token-1"

    assert (desk.violations, vendor.violations) == ([], [])


# ── every provider ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("provider", registry.REGISTRY["llm"])
def test_every_model_can_be_built(provider: str):
    llm = factory(**KEYS).llm(ModelSpec(provider=provider, **NEEDS.get(provider, {})), "org-1")

    assert llm.vendor == provider


THEIRS = {"server": {"url": "https://tenant.example"}}
SPEECH_NEEDS: dict[str, dict[str, Any]] = {
    "openai": {"model": "gpt-live-transcribe"},
    "whisper": {"model": "large-v3", "extra": {"url": "https://whisper.example"}},
    "funasr": {"extra": {"url": "wss://funasr.example"}},
    "custom-transcriber": {"extra": THEIRS},
    "custom-voice": {"extra": THEIRS},
}


@pytest.mark.parametrize("provider", [name for name in registry.REGISTRY["stt"] if name != "sherpa-onnx"])
def test_every_recogniser_can_be_built(provider: str):
    spec = TranscriberSpec(provider=provider, **SPEECH_NEEDS.get(provider, {}))

    assert factory(**KEYS).stt(spec, "org-1").vendor == provider


@pytest.mark.parametrize("provider", registry.REGISTRY["tts"])
def test_every_voice_can_be_built(provider: str):
    spec = VoiceSpec(provider=provider, **SPEECH_NEEDS.get(provider, {}))

    assert factory(**KEYS).tts(spec, "org-1").vendor == provider


def test_local_models_lie_where_the_platform_says_and_nowhere_else(tmp_path: Path):
    (tmp_path / "mine").mkdir()
    spec = TranscriberSpec(provider="sherpa-onnx", model="mine", extra={"modelsDirectory": "/"})

    with pytest.raises(BadRequest, match=r"mine has no model\*\.onnx"):
        factory(sherpa_onnx_models=str(tmp_path)).stt(spec, "org-1")
    with pytest.raises(BadRequest, match="YINGDA_SHERPA_ONNX_MODELS"):
        factory().stt(spec, "org-1")


async def test_a_tenants_own_voice_gets_its_secret_and_no_key_of_the_platform():
    async with custom.CustomEmulator() as server:
        told = {
            **server.server("voice"),
            "sealedSecret": seal(custom.server.SECRET, secret_bytes(), context="org-1"),
        }
        del told["secret"]
        spec = VoiceSpec(provider="custom-voice", extra={"server": told})
        tts = factory(**KEYS).tts(spec, "org-1")

        await collect(tts.synthesize(pieces(["你好。"])))

    assert (len(server.asked), server.violations) == (1, [])


def test_the_platforms_key_does_not_go_to_an_address_that_a_tenant_chose():
    spec = VoiceSpec(provider="openai", model="kokoro", extra={"url": "https://tenant.example"})

    config = factory(**KEYS)._tts_config(spec, "org-1")

    assert (config.api_key, dict(config.secrets)) == ("", {})


def test_a_tenant_cannot_widen_what_may_be_reached():
    extra = {"url": "http://10.0.0.1", "allowedTargets": ["10.0.0.0/8"]}

    with pytest.raises(BadRequest, match="private network"):
        factory(**KEYS).tts(VoiceSpec(provider="openai", model="kokoro", extra=extra), "org-1")


def test_the_voice_activity_model_can_be_built():
    silence = bytes(2 * 512)

    assert 0 <= factory().vad().stream().probability(silence) <= 0.5


def test_an_unknown_provider_is_told_what_there_is():
    with pytest.raises(BadRequest, match=r"no llm provider 'x'; available: ark, custom-llm, dashscope"):
        factory().llm(ModelSpec(provider="x"), "org-1")


# ── fallbacks ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_fallback_answers_when_the_first_one_refuses(vendor: OpenAiEmulator):
    broken = ModelSpec(provider="custom-llm", model="m", base_url="http://127.0.0.1:9/v1")
    good = ModelSpec(provider="custom-llm", model="m-2", base_url=vendor.url)
    llm = factory().llm(broken.model_copy(update={"fallbacks": (good,)}), "org-1")

    used = [delta.usage for delta in await collect(llm.reply(GREETING)) if delta.usage]

    assert [(usage.provider, usage.model) for usage in used] == [("custom-llm", "m-2")]


@pytest.mark.parametrize("kind", ["llm", "stt", "tts"])
def test_a_fallback_the_platform_has_no_key_for_is_skipped_and_told(kind: str):
    specs: dict[str, Any] = {"llm": ModelSpec, "stt": TranscriberSpec, "tts": VoiceSpec}
    ours = {"llm": "scripted", "stt": "pocketsphinx", "tts": "espeak"}[kind]
    spec = specs[kind](provider=ours, fallbacks=(specs[kind](provider="dashscope", model="q"),))
    troubles, told = Troubles(), []
    troubles.subscribe(told.append)

    pool = getattr(factory(), kind)(spec, "org-1", troubles)

    assert pool.vendor == ours
    (skipped,) = told
    assert (skipped.what, skipped.component, skipped.provider, skipped.model) == (
        "skipped", kind, "dashscope", "q",
    )  # fmt: skip
    assert skipped.error.kind == "auth"


@pytest.mark.parametrize("kind", ["llm", "stt", "tts"])
def test_an_unknown_fallback_is_refused_when_the_call_begins(kind: str):
    specs: dict[str, Any] = {"llm": ModelSpec, "stt": TranscriberSpec, "tts": VoiceSpec}
    ours = {"llm": "scripted", "stt": "pocketsphinx", "tts": "espeak"}[kind]

    with pytest.raises(BadRequest, match=f"no {kind} provider 'x'"):
        getattr(factory(), kind)(specs[kind](provider=ours, fallbacks=(specs[kind](provider="x"),)), "org-1")


def test_recognisers_race_when_the_assistant_says_so():
    two = {"provider": "pocketsphinx", "fallbacks": (TranscriberSpec(provider="pocketsphinx"),)}

    assert isinstance(factory().stt(TranscriberSpec(**two, race=True), "org-1"), RaceStt)
    assert isinstance(factory().stt(TranscriberSpec(**two), "org-1"), PoolStt)
    assert isinstance(factory().stt(TranscriberSpec(provider="pocketsphinx", race=True), "org-1"), PoolStt)


async def test_calls_of_one_organisation_share_what_is_known_of_a_vendor():
    spec = ModelSpec(provider="custom-llm", model="m", base_url="http://127.0.0.1:9/v1")
    house, troubles, told = factory(), Troubles(), []
    troubles.subscribe(told.append)

    for org_id in ("org-1", "org-2", "org-1", "org-1"):
        with pytest.raises(ProviderError):
            await collect(house.llm(spec, org_id, troubles).reply(GREETING))

    what = [trouble.what for trouble in told]
    assert what == ["failed"] * 7 + ["opened", "failed"]  # the fifth of org-1's
