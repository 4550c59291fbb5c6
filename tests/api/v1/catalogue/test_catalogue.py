"""The catalogue over HTTP: what there is, what it costs, how it sounds."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text

from api.v1.usage.prices import Revision, enter
from tests.api.world import Org
from tests.emulators import faults
from tests.emulators.tencent import TencentEmulator
from tests.emulators.tencent.server import ACCOUNT
from voice_engine.audio import wav
from voice_engine.providers import catalogue, registry
from voice_engine.providers.factory import Factory
from voice_engine.settings import EngineSettings

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def get(client: httpx.AsyncClient, org: Org, url: str) -> list[dict[str, Any]]:
    answer = await client.get(url, headers=org.headers)
    assert answer.status_code == 200, answer.text
    body: list[dict[str, Any]] = answer.json()
    return body


# ── the data ─────────────────────────────────────────────────────────────────────────────────────────


def test_every_speech_vendor_has_models_and_every_voice_vendor_voices():
    has_models = {(m.component, m.provider) for m in catalogue.models()}
    own = {"custom-transcriber", "custom-voice", "sherpa-onnx"}  # whatever the tenant or operator brings

    assert {("transcriber", name) for name in registry.names("stt") if name not in own} <= has_models
    assert {("voice", name) for name in registry.names("tts") if name not in own} <= has_models
    assert {name for name in registry.names("tts") if name not in own} <= {
        v.provider for v in catalogue.voices()
    }


def test_ids_are_unique_and_each_component_of_a_provider_has_one_default_at_most():
    models, voices = catalogue.models(), catalogue.voices()

    assert len({(m.component, m.provider, m.model) for m in models}) == len(models)
    assert len({v.id for v in voices}) == len(voices)
    defaults = [(m.component, m.provider) for m in models if m.default]
    assert len(defaults) == len(set(defaults))


def test_a_voices_models_are_in_the_catalogue():
    known = {(m.provider, m.model) for m in catalogue.models() if m.component == "voice"}

    assert {(v.provider, model) for v in catalogue.voices() for model in v.models} <= known


# ── what is answered ─────────────────────────────────────────────────────────────────────────────────


async def test_models_are_listed_with_prices_sources_and_whose_key_would_be_used(
    client: httpx.AsyncClient, org: Org
):
    await client.post("/v1/credentials", json={"provider": "tencent", **ACCOUNT}, headers=org.headers)

    models = {m["id"]: m for m in await get(client, org, "/v1/models")}

    paraformer = models["transcriber:dashscope:paraformer-realtime-v2"]
    assert paraformer["default"] is True
    assert paraformer["prices"][0]["price"] == "0.00024"
    assert paraformer["prices"][0]["source"]
    assert paraformer["prices"][0]["asOf"]
    assert models["transcriber:tencent:16k_zh"]["access"] == "credential"
    assert models["transcriber:iflytek:rtasr"]["access"] == "missing"
    assert models["transcriber:pocketsphinx:"]["access"] == "none-needed"
    assert models["model:openai:gpt-4o-mini"]["retired"] == "gpt-6-luna"


async def test_filters_all_hold(client: httpx.AsyncClient, org: Org):
    models = await get(client, org, "/v1/models?component=transcriber&language=yue&provider=tencent")
    voices = await get(client, org, "/v1/voices?language=zh&gender=male&provider=tencent")

    assert {m["model"] for m in models} == {"16k_yue"}
    assert {(v["provider"], v["gender"]) for v in voices} == {("tencent", "male")}


async def test_an_entered_price_is_the_one_that_is_shown(client: httpx.AsyncClient, org: Org, owner: Engine):
    row = {
        "id": "mine", "component": "transcriber", "provider": "tencent", "model": "16k_zh",
        "unit": "seconds", "per": 3600, "price": "1.8", "currency": "CNY", "source": "contract",
        "as_of": "2026-11-01",
    }  # fmt: skip
    try:
        enter(owner, [Revision("price", row, NOON)], NOON)
        models = {m["id"]: m for m in await get(client, org, "/v1/models?provider=tencent")}
    finally:
        with owner.begin() as connection:
            connection.execute(text("DELETE FROM price_revisions"))

    shown = models["transcriber:tencent:16k_zh"]["prices"]
    assert [(p["price"], p["per"], p["validFrom"]) for p in shown] == [
        ("1.8", 3600, "2026-11-20T12:00:00.000Z")
    ]


async def test_vapis_voice_library_lists_one_provider(client: httpx.AsyncClient, org: Org):
    voices = await get(client, org, "/voice-library/minimax")

    assert {v["provider"] for v in voices} == {"minimax"}
    assert {"id", "providerId", "name", "gender", "previewUrl", "isPublic"} <= set(voices[0])


# ── how it sounds ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def at_the_emulator(app: FastAPI, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Tencent Cloud is where the test says, and samples are kept in an empty place."""

    def point(vendor: TencentEmulator) -> None:
        known = app.state.wiring.settings.model_dump()
        settings = EngineSettings(**known, blob_dir=tmp_path, **_environment(vendor))
        monkeypatch.setattr(app.state, "engine_settings", settings, raising=False)
        monkeypatch.setattr(app.state, "vendors", Factory(settings), raising=False)

    return point


def _environment(vendor: TencentEmulator) -> dict[str, str]:
    return {name.lower(): value for name, value in vendor.environment().items()}


async def test_a_sample_is_made_once_and_kept(client: httpx.AsyncClient, org: Org, at_the_emulator):
    async with TencentEmulator() as vendor:
        at_the_emulator(vendor)
        first = await client.get("/v1/voices/tencent:101001/sample", headers=org.headers)
        again = await client.get("/v1/voices/tencent:101001/sample", headers=org.headers)

    assert (first.status_code, first.headers["content-type"]) == (200, "audio/wav"), first.text
    assert again.content == first.content
    assert vendor.connections == 1
    assert len(wav.read(first.content).pcm) > 16000


async def test_a_sample_that_many_ask_for_at_once_is_made_once(
    client: httpx.AsyncClient, org: Org, at_the_emulator
):
    async with TencentEmulator() as vendor:
        at_the_emulator(vendor)
        answers = await asyncio.gather(
            *(client.get("/v1/voices/tencent:101002/sample", headers=org.headers) for _ in range(5))
        )

    assert {answer.status_code for answer in answers} == {200}
    assert vendor.connections == 1


async def test_a_vendor_that_fails_is_told_and_nothing_is_kept(
    client: httpx.AsyncClient, org: Org, at_the_emulator, tmp_path: Path
):
    async with TencentEmulator() as vendor:
        vendor.fault = faults.fail(4006, "concurrency limit")
        at_the_emulator(vendor)
        answer = await client.get("/v1/voices/tencent:101001/sample", headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (503, "voice_silent")
    assert not any(tmp_path.rglob("*.wav"))  # noqa: ASYNC240  an empty directory


async def test_a_voice_that_is_not_listed_has_no_sample(client: httpx.AsyncClient, org: Org):
    answer = await client.get("/v1/voices/tencent:999/sample", headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (404, "voice_not_found")
