"""One call tells whether a key works."""

import httpx
import pytest

from api.v1.credentials.routes import TRIALS_A_MINUTE
from tests.api.world import Org
from tests.emulators import faults
from tests.emulators.tencent import TencentEmulator
from tests.emulators.tencent.server import ACCOUNT
from voice_engine.settings import EngineSettings

TENCENT = {"provider": "tencent", **ACCOUNT}


@pytest.fixture
def at_the_emulator(app, monkeypatch: pytest.MonkeyPatch):
    """Tencent Cloud is where the test says."""
    from voice_engine.providers.factory import Factory

    def point(vendor: TencentEmulator) -> None:
        settings = app.state.wiring.settings.model_dump() | {"tencent_base_url": vendor.url}
        monkeypatch.setattr(app.state, "vendors", Factory(EngineSettings(**settings)), raising=False)

    return point


async def test_a_good_key_works_and_it_says_how_fast(client: httpx.AsyncClient, org: Org, at_the_emulator):
    async with TencentEmulator() as vendor:
        at_the_emulator(vendor)
        answer = await client.post("/v1/credentials/test", json=TENCENT, headers=org.headers)

    result = answer.json()
    assert (answer.status_code, result["ok"]) == (200, True), answer.text
    assert {check["component"] for check in result["checks"]} == {"transcriber", "voice"}
    assert all(check["ok"] and check["latencyMs"] >= 0 for check in result["checks"])
    assert "The key works; the voice speaks after" in answer.text
    assert vendor.violations == []


async def test_a_wrong_key_is_told_with_the_vendors_code_and_stays_secret(
    client: httpx.AsyncClient, org: Org, at_the_emulator
):
    async with TencentEmulator() as vendor:
        at_the_emulator(vendor)
        wrong = {**TENCENT, "secretKey": "key-hush"}
        made = (await client.post("/v1/credentials", json=wrong, headers=org.headers)).json()
        answer = await client.post(f"/v1/credentials/{made['id']}/test", headers=org.headers)
        shown = (await client.get(f"/v1/credentials/{made['id']}", headers=org.headers)).json()

    result = answer.json()
    assert result["ok"] is False
    assert {(check["error"]["kind"], check["error"]["code"]) for check in result["checks"]} == {
        ("auth", "4002")
    }
    assert shown["trial"] == result
    assert "hush" not in answer.text


async def test_a_vendor_in_trouble_is_no_verdict_on_the_key(
    client: httpx.AsyncClient, org: Org, at_the_emulator
):
    async with TencentEmulator() as vendor:
        vendor.fault = faults.fail(5000, "try again")
        at_the_emulator(vendor)
        answer = await client.post("/v1/credentials/test", json=TENCENT, headers=org.headers)

    result = answer.json()
    assert result["ok"] is False
    assert {check["error"]["kind"] for check in result["checks"]} == {"server"}


async def test_a_changed_key_has_not_been_tested(client: httpx.AsyncClient, org: Org, at_the_emulator):
    async with TencentEmulator() as vendor:
        at_the_emulator(vendor)
        made = (await client.post("/v1/credentials", json=TENCENT, headers=org.headers)).json()
        url = f"/v1/credentials/{made['id']}"
        await client.post(f"{url}/test", headers=org.headers)
        changed = await client.patch(url, json={"secretKey": "another"}, headers=org.headers)

    assert "trial" not in changed.json()


async def test_who_tries_one_key_after_the_other_is_stopped(
    client: httpx.AsyncClient, org: Org, other_org: Org, at_the_emulator
):
    wrong = {**TENCENT, "secretKey": "guess"}
    async with TencentEmulator() as vendor:
        at_the_emulator(vendor)
        statuses = [
            (await client.post("/v1/credentials/test", json=wrong, headers=org.headers)).status_code
            for _ in range(TRIALS_A_MINUTE + 1)
        ]
        another = await client.post("/v1/credentials/test", json=TENCENT, headers=other_org.headers)

    assert statuses == [200] * TRIALS_A_MINUTE + [429]
    assert another.status_code == 200
