"""Voices of one's own at MiniMax, from the sample to its first words."""

from base64 import b64encode
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.api.world import Org
from tests.emulators.minimax import MiniMaxEmulator
from tests.emulators.minimax.server import ACCOUNT
from voice_engine.audio import wav
from voice_engine.providers.factory import Factory
from voice_engine.settings import EngineSettings

URL = "/v1/own-voices"
SAMPLE = b64encode(b"ID3" + bytes(2000)).decode()
COPIED = {
    "provider": "minimax", "name": "li", "model": "speech-2.6-turbo", "language": "zh",
    "sample": {"audio": SAMPLE}, "consent": "李女士，2026-11-01 书面同意",
}  # fmt: skip


@pytest.fixture
async def vendor(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, client, org: Org
) -> AsyncIterator[MiniMaxEmulator]:
    """MiniMax, where the organisation has an account."""
    async with MiniMaxEmulator() as server:
        known = app.state.wiring.settings.model_dump() | {"blob_dir": tmp_path}
        settings = EngineSettings(**known, minimax_base_url=server.url)
        monkeypatch.setattr(app.state, "engine_settings", settings, raising=False)
        monkeypatch.setattr(app.state, "vendors", Factory(settings), raising=False)
        await client.post("/v1/credentials", json={"provider": "minimax", **ACCOUNT}, headers=org.headers)
        yield server
    assert server.violations == []


def sounds(folder: Path) -> list[str]:
    return [path.stem for path in folder.rglob("*.wav")]


async def test_a_copied_voice_speaks_and_leaves_nothing_when_it_is_deleted(
    client, org: Org, vendor: MiniMaxEmulator, tmp_path: Path
):
    made = await client.post(URL, json=COPIED, headers=org.headers)
    voice = made.json()
    sample = await client.get(f"/v1/voices/minimax:{voice['voiceId']}/sample", headers=org.headers)
    kept = sounds(tmp_path)
    await client.delete(f"{URL}/{voice['id']}", headers=org.headers)

    assert (made.status_code, voice["status"]) == (201, "ready"), made.text
    assert sample.status_code == 200, sample.text
    assert len(wav.read(sample.content).pcm) > 16000
    assert kept == [voice["id"]]
    assert sounds(tmp_path) == []
    assert vendor.cloning.voices == {}


async def test_a_designed_voice_is_heard_at_once(client, org: Org, vendor: MiniMaxEmulator):
    designed = {
        "provider": "minimax", "name": "calm", "model": "speech-2.6-turbo",
        "description": "沉稳的中年男声", "previewText": "您好。",
    }  # fmt: skip
    made = await client.post(URL, json=designed, headers=org.headers)

    assert (made.status_code, made.json()["origin"]) == (201, "designed"), made.text
    assert made.json()["previewAudio"]


async def test_a_vendors_refusal_has_its_code_and_trace(client, org: Org, vendor: MiniMaxEmulator):
    await client.post("/v1/credentials", json={"provider": "minimax", "apiKey": "no"}, headers=org.headers)
    refused = await client.post(URL, json=COPIED, headers=org.headers)

    assert (refused.status_code, refused.json()["code"]) == (409, "vendor_account")
    assert "code 1004, request id trace-http" in refused.json()["message"]


async def test_a_samples_address_may_not_lead_inwards(client, org: Org, vendor: MiniMaxEmulator):
    inside = {**COPIED, "sample": {"url": f"{vendor.url}/li.mp3"}}
    refused = await client.post(URL, json=inside, headers=org.headers)

    assert (refused.status_code, refused.json()["code"]) == (400, "target_refused")
