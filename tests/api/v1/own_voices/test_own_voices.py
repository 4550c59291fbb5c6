"""Voices of one's own over HTTP, against the emulator of DashScope's interface for them."""

from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.v1.own_voices.wish import LARGEST_SAMPLE
from tests.api.world import Org, posted
from tests.emulators.dashscope import ChatServer, Qwen
from voice_engine.providers.factory import Factory
from voice_engine.settings import EngineSettings

pytestmark = pytest.mark.slow

URL = "/v1/own-voices"
WAV = b"RIFF\x00\x00\x00\x00WAVE" + bytes(2000)
BY_URL = {
    "provider": "dashscope", "name": "li", "model": "cosyvoice-v3-plus", "language": "zh-CN",
    "sample": {"url": "https://example.com/li.wav"}, "consent": "李女士，2026-11-01 书面同意",
}  # fmt: skip
COPY = "qwen3-tts-vc-realtime-2026-01-15"
BY_FILE = {**BY_URL, "model": COPY, "sample": {"audio": b64encode(WAV).decode(), "text": "您好。"}}
DESIGNED = {
    "provider": "dashscope", "name": "calm", "model": "qwen3-tts-vd-realtime-2026-01-15",
    "description": "沉稳的中年男声", "previewText": "您好，请问有什么可以帮您？",
}  # fmt: skip


@pytest.fixture
async def vendor(app: FastAPI, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[ChatServer]:
    """DashScope, which is where the settings say."""
    async with ChatServer(Qwen()) as server:
        known = app.state.wiring.settings.model_dump()
        where = {"dashscope_websocket_url": server.http_url, "blob_dir": tmp_path}
        settings = EngineSettings(**known, **where, dashscope_api_key="sk-platform")
        monkeypatch.setattr(app.state, "engine_settings", settings, raising=False)
        monkeypatch.setattr(app.state, "vendors", Factory(settings), raising=False)
        yield server
    assert server.voices.violations == []


@pytest.fixture
async def account(client: httpx.AsyncClient, org: Org) -> str:
    """The organisation's own account at DashScope."""
    return await add_account(client, org, "sk-mine")


@pytest.fixture
def platform_allowed(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator lets organisations make voices in the platform's account."""
    wiring = app.state.wiring
    settings = wiring.settings.model_copy(update={"api_own_voices_on_platform": True})
    monkeypatch.setattr(wiring, "settings", settings)


async def add_account(client: httpx.AsyncClient, org: Org, key: str) -> str:
    credential = {"provider": "dashscope", "apiKey": key}
    made = await client.post("/v1/credentials", json=credential, headers=org.headers)
    return str(made.json()["id"])


async def create(client: httpx.AsyncClient, org: Org, body: dict[str, Any] = BY_URL) -> dict[str, Any]:
    made: dict[str, Any] = await posted(client, org, URL, body)
    return made


# ── made ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_voice_is_copied_in_the_organisations_own_account(client, org: Org, vendor, account):
    made = await create(client, org)

    assert {name: made[name] for name in ("voiceId", "name", "model", "origin", "status", "language")} == {
        "voiceId": "cosyvoice-v3-plus-li-000001", "name": "li", "model": "cosyvoice-v3-plus",
        "origin": "copied", "status": "processing", "language": "zh-CN",
    }  # fmt: skip
    assert made["credentialId"] == account
    assert [key for key, _ in vendor.voices.asked] == ["sk-mine"]


async def test_who_consented_is_kept_with_the_time_and_the_key_that_said_so(client, org, vendor, account):
    made = await create(client, org)

    consent = made["consent"]
    assert consent.pop("recordedBy")
    assert consent == {"text": "李女士，2026-11-01 书面同意", "at": "2026-11-20T12:00:00.000Z"}


async def test_a_voice_is_ready_once_the_vendor_says_so(client, org, vendor, account):
    made = await create(client, org)
    before = (await client.get(f"{URL}/{made['id']}", headers=org.headers)).json()
    vendor.voices.deploy()
    after = (await client.get(f"{URL}/{made['id']}", headers=org.headers)).json()
    asked = len(vendor.voices.asked)
    await client.get(f"{URL}/{made['id']}", headers=org.headers)
    listed = (await client.get(URL, headers=org.headers)).json()

    assert (before["status"], after["status"]) == ("processing", "ready")
    assert len(vendor.voices.asked) == asked  # nobody is asked about a voice that is ready
    assert listed == [after]


async def test_a_file_is_taken_in_base64_and_as_a_form(client, org, vendor, account):
    first = await create(client, org, BY_FILE)
    fields = {name: str(value) for name, value in BY_FILE.items() if name not in ("sample", "name")}
    form = {**fields, "name": "li2", "sampleText": "您好。"}
    answer = await client.post(URL, data=form, files={"sample": ("li.bin", WAV)}, headers=org.headers)

    assert answer.status_code == 201, answer.text
    assert first["voiceId"] == "qwen-tts-vc-li-voice-000001"
    in_base64, as_form = [asked["input"] for _, asked in vendor.voices.asked]
    assert as_form == {**in_base64, "preferred_name": "li2"}
    assert as_form["audio"]["data"] == "data:audio/wav;base64," + b64encode(WAV).decode()


async def test_a_designed_voice_says_something_and_needs_no_consent(client, org, vendor, account):
    made = await create(client, org, DESIGNED)
    again = (await client.get(f"{URL}/{made['id']}", headers=org.headers)).json()

    assert made.pop("previewAudio").startswith("UklGR")
    assert made["origin"] == "designed"
    assert "consent" not in made
    assert again == made


async def test_a_named_credential_is_the_account(client, org, vendor, account):
    await add_account(client, org, "sk-newer")
    made = await create(client, org, {**BY_URL, "credentialId": account})
    await client.delete(f"{URL}/{made['id']}", headers=org.headers)

    assert [key for key, _ in vendor.voices.asked] == ["sk-mine", "sk-mine"]


# ── refused ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"consent": " "}, 400, "consent_missing"),
        ({"name": "Frau Li"}, 400, "bad_name"),
        ({"provider": "tencent"}, 400, "provider_makes_no_voices"),
        ({"sample": None}, 400, "bad_voice"),
        ({"sample": {}}, 400, "bad_sample"),
        ({"sample": {"audio": "!"}}, 400, "bad_base64"),
        ({"sample": {"audio": b64encode(b"GIF89a").decode()}}, 400, "bad_sample"),
        ({"sample": {"url": "http://169.254.169.254/latest"}}, 400, "target_refused"),
        ({"sample": {"url": "ftp://example.com/li.wav"}}, 400, "target_refused"),
        ({"model": "paraformer-v2"}, 400, "bad_model"),
        ({"credentialId": "nobody"}, 400, "credential_not_found"),
        ({"colour": "red"}, 400, "invalid_request"),
    ],
)
async def test_what_cannot_be_is_refused_before_the_vendor_is_asked(
    client, org, vendor, account, change, status, code
):
    answer = await client.post(URL, json={**BY_URL, **change}, headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert vendor.voices.asked == []


@pytest.mark.parametrize("over", [0, 1])
async def test_a_sample_has_at_most_ten_megabytes(client, org, vendor, account, over: int):
    audio = WAV + bytes(LARGEST_SAMPLE - len(WAV) + over)
    body = {**BY_FILE, "sample": {"audio": b64encode(audio).decode()}}
    fields = {name: str(value) for name, value in BY_FILE.items() if name != "sample"}
    in_base64 = await client.post(URL, json=body, headers=org.headers)
    as_form = await client.post(URL, data=fields, files={"sample": audio}, headers=org.headers)

    # DashScope takes less than we do; its own limit is told in the same words.
    limit = "10 MB" if over else "7 MB"
    for answer in (in_base64, as_form):
        assert (answer.status_code, answer.json()["code"]) == (400, "sample_too_large")
        assert limit in answer.json()["message"]
    assert vendor.voices.asked == []


async def test_a_larger_body_is_not_read_and_other_paths_take_no_more_than_before(client, org, vendor):
    beyond = await client.post(URL, content=bytes(15 * 1024 * 1024 + 1), headers=org.headers)
    elsewhere = await client.post("/v1/credentials", content=bytes(2 * 1024 * 1024), headers=org.headers)

    assert (beyond.status_code, elsewhere.status_code) == (413, 413)


async def test_the_same_name_is_not_paid_for_twice(client, org, vendor, account):
    await create(client, org)
    again = await client.post(URL, json=BY_URL, headers=org.headers)

    assert (again.status_code, again.json()["code"]) == (409, "own_voice_exists")
    assert len(vendor.voices.asked) == 1


async def test_a_voice_that_cannot_be_remembered_is_dropped_at_the_vendor(
    client, app: FastAPI, org, vendor, account, monkeypatch: pytest.MonkeyPatch
):
    """The same wish twice at the same moment: both are made, one is kept."""
    run, entered = app.state.workers.run, []

    async def twice(work: Callable[[], Any]) -> Any:
        entered.append("Desk._rows" in getattr(work, "__qualname__", ""))
        if entered[-1] and sum(entered) == 2:  # its account was looked up, and now it is to be kept
            await run(work)
        return await run(work)

    monkeypatch.setattr(app.state.workers, "run", twice)
    answer = await client.post(URL, json=BY_URL, headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "already_exists")
    assert vendor.voices.voices == {}


async def test_voices_are_made_ten_times_a_minute_at_most(client, org, vendor, account):
    made = [
        await client.post(URL, json={**BY_URL, "name": f"voice{n}"}, headers=org.headers) for n in range(11)
    ]

    assert [answer.status_code for answer in made] == [201] * 10 + [429]


async def test_public_keys_make_no_voices(client, org, vendor, account):
    answer = await client.post(URL, json=BY_URL, headers=org.public_headers)

    assert answer.status_code == 401


# ── whose account ────────────────────────────────────────────────────────────────────────────────────


async def test_without_an_account_of_ones_own_there_is_no_voice_of_ones_own(client, org, vendor):
    answer = await client.post(URL, json=BY_URL, headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (409, "credential_needed")
    assert vendor.voices.asked == []


async def test_the_platforms_account_is_used_where_the_operator_allows_it(
    client, org, vendor, platform_allowed
):
    made = await create(client, org)
    await add_account(client, org, "sk-later")
    gone = await client.delete(f"{URL}/{made['id']}", headers=org.headers)

    assert "credentialId" not in made
    assert gone.status_code == 200
    assert {key for key, _ in vendor.voices.asked} == {"sk-platform"}


async def test_another_organisation_sees_nothing(client, org, other_org: Org, vendor, account):
    made = await create(client, org)
    await add_account(client, other_org, "sk-mine")
    url, theirs = f"{URL}/{made['id']}", other_org.headers

    assert (await client.get(URL, headers=theirs)).json() == []
    assert (await client.get(url, headers=theirs)).json()["code"] == "own_voice_not_found"
    assert (await client.delete(url, headers=theirs)).status_code == 404
    assert (await client.delete(f"{url}?force=true", headers=theirs)).status_code == 404
    assert not [v for v in (await client.get("/v1/voices", headers=theirs)).json() if not v["isPublic"]]
    sample = await client.get(f"/v1/voices/dashscope:{made['voiceId']}/sample", headers=theirs)
    assert sample.json()["code"] == "voice_not_found"
    assert len(vendor.voices.voices) == 1


# ── vendors in trouble ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ((401, {"code": "InvalidApiKey", "message": "no", "request_id": "r-1"}), 409, "vendor_account"),
        ((403, {"code": "AccessDenied", "message": "no", "request_id": "r-1"}), 409, "vendor_account"),
        ((429, {"code": "Throttling.RateQuota", "message": "slow", "request_id": "r-1"}), 429, "vendor_busy"),
        ((500, {"code": "InternalError", "message": "oh", "request_id": "r-1"}), 503, "vendor_unavailable"),
        ((400, {"code": "InvalidParameter", "message": "bad", "request_id": "r-1"}), 400, "vendor_refused"),
    ],
)
async def test_a_vendors_failure_is_told_with_its_code_and_request_id(
    client, org, vendor, account, fault, status, code
):
    vendor.voices.fault = fault
    answer = await client.post(URL, json=BY_URL, headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert f"code {fault[1]['code']}, request id r-1" in answer.json()["message"]
    assert (status not in (429, 503)) or answer.headers["retry-after"]
    assert (await client.get(URL, headers=org.headers)).json() == []


async def test_a_voice_is_shown_while_its_vendor_fails(client, org, vendor, account):
    made = await create(client, org)
    vendor.voices.fault = (500, {"code": "InternalError", "message": "oh", "request_id": "r-1"})
    shown = await client.get(f"{URL}/{made['id']}", headers=org.headers)

    assert shown.status_code == 200
    assert shown.json()["status"] == "processing"
    assert "request id r-1" in shown.json()["trouble"]


async def test_a_voice_that_the_vendor_has_lost_has_failed(client, org, vendor, account):
    made = await create(client, org)
    vendor.voices.voices.clear()
    shown = (await client.get(f"{URL}/{made['id']}", headers=org.headers)).json()
    voices = (await client.get("/v1/voices?provider=dashscope", headers=org.headers)).json()

    assert shown["status"] == "failed"
    assert "has no voice" in shown["trouble"]
    assert made["voiceId"] not in {voice["providerId"] for voice in voices}


# ── deleted ──────────────────────────────────────────────────────────────────────────────────────────


async def test_a_deleted_voice_is_gone_here_and_at_the_vendor(client, org, vendor, account):
    made = await create(client, org)
    gone = await client.delete(f"{URL}/{made['id']}", headers=org.headers)

    assert (gone.status_code, gone.json()) == (200, made)
    assert vendor.voices.voices == {}
    assert (await client.get(f"{URL}/{made['id']}", headers=org.headers)).status_code == 404


async def test_a_voice_that_the_vendor_has_lost_can_be_deleted(client, org, vendor, account):
    made = await create(client, org)
    vendor.voices.voices.clear()

    assert (await client.delete(f"{URL}/{made['id']}", headers=org.headers)).status_code == 200


async def test_a_voice_stays_when_its_vendor_does_not_delete_it_unless_forced(client, org, vendor, account):
    made = await create(client, org)
    vendor.voices.fault = (500, {"code": "InternalError", "message": "oh", "request_id": "r-1"})
    url = f"{URL}/{made['id']}"
    refused = await client.delete(url, headers=org.headers)
    kept = await client.get(URL, headers=org.headers)
    forced = await client.delete(f"{url}?force=true", headers=org.headers)

    assert (refused.status_code, len(kept.json()), forced.status_code) == (503, 1, 200)


async def test_a_voice_whose_account_is_gone_can_only_be_forgotten(client, org, vendor, account):
    made = await create(client, org)
    await client.delete(f"/v1/credentials/{account}", headers=org.headers)
    url = f"{URL}/{made['id']}"

    assert "add a credential" in (await client.get(url, headers=org.headers)).json()["trouble"]
    assert (await client.delete(url, headers=org.headers)).json()["code"] == "credential_needed"
    assert (await client.delete(f"{url}?force=true", headers=org.headers)).status_code == 200


# ── used ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_it_is_listed_among_the_voices_as_ones_own(client, org, vendor, account):
    made = await create(client, org)
    voices = (await client.get("/v1/voices?provider=dashscope&language=zh", headers=org.headers)).json()

    (mine,) = [voice for voice in voices if not voice["isPublic"]]
    assert (mine["providerId"], mine["name"], mine["model"]) == (made["voiceId"], "li", made["model"])
    assert len(voices) > 1


async def test_an_assistant_speaks_with_it(client, org, vendor, account):
    made = await create(client, org)
    voice = {"provider": "dashscope", "model": made["model"], "voiceId": made["voiceId"]}
    assistant = await client.post("/v1/assistants", json={"name": "A", "voice": voice}, headers=org.headers)

    assert assistant.status_code == 201, assistant.text
    assert assistant.json()["voice"]["voiceId"] == made["voiceId"]


async def test_the_same_request_twice_makes_one_voice_and_deletes_one(client, org: Org, vendor, account):
    headers = {**org.headers, "Idempotency-Key": "k"}

    made = [await client.post(URL, json=BY_URL, headers=headers) for _ in range(2)]
    place = f"{URL}/{made[0].json()['id']}"
    gone = [await client.delete(place, headers={**org.headers, "Idempotency-Key": "d"}) for _ in range(2)]

    assert [answer.status_code for answer in made + gone] == [201, 201, 200, 200]
    assert made[0].content == made[1].content
    assert (await client.get(place, headers=org.headers)).status_code == 404
