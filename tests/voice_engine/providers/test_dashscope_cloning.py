"""Voices of one's own at DashScope, against the emulator of its HTTP interface."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.emulators.dashscope import ChatServer, Qwen
from tests.emulators.target import closed_port
from voice_engine.kernel.errors import BadRequest, NotFound, ProviderError
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.cloning import NewVoice, OwnVoice, Sample, VoiceCloner
from voice_engine.providers.dashscope_sdk import cloning
from voice_engine.providers.dashscope_sdk.cloning import DashScopeCloner

pytestmark = pytest.mark.slow

YES = "Ms Li, in writing, 2026-11-01"
BY_URL = Sample(url="https://example.com/li.wav")
BY_FILE = Sample(audio=b"RIFF" + bytes(2000), text="您好。")
COSY, COPY, DESIGN = (
    "cosyvoice-v3-plus",
    "qwen3-tts-vc-realtime-2026-01-15",
    "qwen3-tts-vd-realtime-2026-01-15",
)


@pytest.fixture
async def vendor() -> AsyncIterator[ChatServer]:
    async with ChatServer(Qwen()) as server:
        yield server
    assert server.voices.violations == []


def cloner(vendor: ChatServer, key: str = "sk-test", **more: object) -> DashScopeCloner:
    return DashScopeCloner(ProviderConfig(**{"api_key": key, "base_url": vendor.http_url, **more}))


async def test_a_voice_is_copied_and_ready_once_the_vendor_has_looked_at_it(vendor):
    voices: VoiceCloner = cloner(vendor)

    made = await voices.create(NewVoice("li", COSY, BY_URL, YES, language="zh-CN"))
    vendor.voices.deploy()

    assert made == OwnVoice("cosyvoice-v3-plus-li-000001", "processing", COSY)
    assert (await voices.get(made.id)).status == "ready"
    assert vendor.voices.asked[0][1] == {
        "model": "voice-enrollment",
        "input": {
            "action": "create_voice", "target_model": COSY, "prefix": "li",
            "url": "https://example.com/li.wav", "language_hints": ["zh"],
        },
    }  # fmt: skip


async def test_qwen_copies_a_voice_from_a_file(vendor):
    made = await cloner(vendor).create(NewVoice("li", COPY, BY_FILE, YES, language="zh"))

    sent = vendor.voices.asked[0][1]["input"]
    assert made == OwnVoice("qwen-tts-vc-li-voice-000001", "ready", COPY)
    assert sent["audio"]["data"].startswith("data:audio/wav;base64,UklGR")
    assert sent["text"] == "您好。"
    assert await cloner(vendor).get(made.id) == OwnVoice(made.id, "ready", COPY, "2026-11-20 12:00:00")


@pytest.mark.parametrize("model", [COSY, DESIGN])
async def test_a_voice_is_made_from_a_description_and_says_something(vendor, model):
    wanted = NewVoice("calm", model, description="沉稳的中年男声", preview="您好，请问有什么可以帮您？")
    made = await cloner(vendor).create(wanted)

    assert made.preview.startswith(b"RIFF")
    assert "vd" in made.id or model == COSY


async def test_the_list_has_all_kinds_and_all_pages(vendor, monkeypatch):
    monkeypatch.setattr(cloning, "PAGE", 2)
    voices = cloner(vendor)
    await asyncio.gather(*(voices.create(NewVoice("li", COSY, BY_URL, YES)) for _ in range(3)))
    await voices.create(NewVoice("li", COPY, BY_FILE, YES))
    await voices.create(NewVoice("calm", DESIGN, description="calm", preview="Hello."))

    assert len({voice.id for voice in await voices.list()}) == 5
    assert await cloner(vendor, key="sk-other").list() == ()


@pytest.mark.parametrize(("model", "sample"), [(COSY, BY_URL), (COPY, BY_FILE), (DESIGN, None)])
async def test_a_deleted_voice_is_gone(vendor, model, sample):
    voices = cloner(vendor)
    words = {} if sample else {"description": "calm", "preview": "Hello."}
    made = await voices.create(NewVoice("li", model, sample, YES if sample else "", **words))

    await voices.delete(made.id)

    assert await voices.list() == ()
    with pytest.raises(NotFound):
        await voices.get(made.id)


async def test_a_voice_of_cosyvoice_is_copied_anew(vendor):
    voices = cloner(vendor)
    made = await voices.create(NewVoice("li", COSY, BY_URL, YES))
    vendor.voices.deploy()

    await voices.update(made.id, Sample(url="https://example.com/li2.wav"), YES)

    assert (await voices.get(made.id)).status == "processing"


async def test_a_voice_the_vendor_rejected_has_failed(vendor):
    made = await cloner(vendor).create(NewVoice("li", COSY, BY_URL, YES))
    vendor.voices.deploy("UNDEPLOYED")

    assert (await cloner(vendor).get(made.id)).status == "failed"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (NewVoice("li", COSY, BY_URL), "consent_missing"),
        (NewVoice("Li Hua", COSY, BY_URL, YES), "bad_name"),
        (NewVoice("li", COSY), "bad_voice"),
        (NewVoice("li", COSY, Sample(), YES), "bad_sample"),
        (NewVoice("li", COSY, BY_FILE, YES), "sample_needs_url"),
        (NewVoice("li", COPY, Sample(audio=bytes(8_000_000)), YES), "sample_too_large"),
        (NewVoice("li", DESIGN, BY_URL, YES), "bad_model"),
        (NewVoice("li", "gpt-4o", BY_URL, YES), "bad_model"),
    ],
)
async def test_what_cannot_be_made_is_refused_before_anybody_is_asked(vendor, wanted, code):
    with pytest.raises(BadRequest) as refused:
        await cloner(vendor).create(wanted)

    assert refused.value.code == code
    assert vendor.voices.asked == []


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ((401, {"code": "InvalidApiKey", "message": "Invalid API-key provided."}), "auth"),
        ((400, {"code": "Arrearage", "message": "overdue"}), "quota"),
        ((429, {"code": "Throttling.RateQuota", "message": "too often"}), "rate_limit"),
        ((400, {"code": "DataInspectionFailed", "message": "no"}), "moderation"),
        ((400, {"code": "Audio.PreprocessError", "message": "too noisy"}), "bad_request"),
        ((200, {"code": "InternalError", "message": "oops"}), "server"),
        ((200, "<html>"), "server"),
        ((200, {"output": {"voice_id": 7}}), "server"),
        ((503, "busy"), "server"),
    ],
)
async def test_a_failure_of_the_vendor_is_told_in_our_words(vendor, fault, kind):
    vendor.voices.fault = fault

    with pytest.raises(ProviderError) as failure:
        await cloner(vendor, key="sk-secret").create(NewVoice("li", COSY, BY_URL, YES))

    assert (failure.value.kind, failure.value.vendor) == (kind, "dashscope")
    assert "sk-secret" not in f"{failure.value} {failure.value.details}"


async def test_a_vendor_that_is_silent_or_away_is_not_waited_for(vendor):
    vendor.voices.delay_s = 0.5

    with pytest.raises(ProviderError) as silent:
        await cloner(vendor, timeout_s=0.3).list()
    with closed_port() as port, pytest.raises(ProviderError) as gone:
        await cloner(vendor, base_url=f"http://127.0.0.1:{port}").list()

    assert (silent.value.kind, gone.value.kind) == ("timeout", "network")


async def test_the_key_and_the_workspace_are_the_accounts_own(vendor, monkeypatch):
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-environment")
    monkeypatch.setenv("DASHSCOPE_WORKSPACE_ID", "ws-environment")
    await cloner(vendor, key="", secrets={"apiKey": "sk-own", "workspace": "ws-own"}).list()

    assert {key for key, _ in vendor.voices.asked} == {"sk-own"}
    assert set(vendor.voices.workspaces) == {"ws-own"}
    with pytest.raises(ProviderError, match="DASHSCOPE_API_KEY"):
        await cloner(vendor, key="").list()
