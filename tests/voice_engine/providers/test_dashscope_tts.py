"""The voice beyond its contract: what it asks for, warm connections, cancelling, trouble."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from tests.contracts.tools import collect, pieces, then_silence, within
from tests.contracts.tts import frames, seconds
from tests.emulators import faults
from tests.emulators.dashscope import DashScopeEmulator, Manner
from tests.voice_engine.providers.dashscope_tools import config, no_threads_left, threads
from tests.voice_engine.providers.speech import until
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.base import ProviderConfig, Usage, WordTimes
from voice_engine.providers.dashscope_sdk.voices import warm_links
from voice_engine.providers.tts.dashscope import DashScopeTts

pytestmark = pytest.mark.slow

TEXT = ("您好，这里是应答。", "请问有什么可以帮您？")
SOUND_S = 16 * 0.18 + 3 * 0.06  # of TEXT, in the emulator's voice

Said = list[AudioFrame | WordTimes | Usage]


@pytest.fixture
async def vendor() -> AsyncIterator[DashScopeEmulator]:
    async with DashScopeEmulator(Manner()) as emulator:
        yield emulator
        await no_threads_left()
    assert emulator.violations == []


async def say(vendor: DashScopeEmulator, *text: str, **more: object) -> Said:
    return await collect(DashScopeTts(config(vendor, **more)).synthesize(pieces(text or TEXT)))


async def fails(vendor: DashScopeEmulator, **more: object) -> ProviderError:
    with pytest.raises(ProviderError) as failure:
        await say(vendor, **more)
    return failure.value


def used(said: Said) -> list[Usage]:
    return [x for x in said if isinstance(x, Usage)]


async def test_it_asks_for_the_default_voice_in_24_kilohertz_with_word_times(vendor):
    await say(vendor)

    task = vendor.tasks[0]
    assert (task.task, task.model) == ("tts", "cosyvoice-v3-flash")
    assert task.parameters == {
        "voice": "longanhuan", "text_type": "PlainText", "format": "pcm", "sample_rate": 24000, "volume": 50,
        "rate": 1.0, "pitch": 1.0, "word_timestamp_enabled": True,
    }  # fmt: skip


async def test_options_reach_the_vendor(vendor):
    options = {
        "sampleRate": 16000, "volume": 80, "pitch": 1.2, "instruction": "请用广东话表达。", "seed": 7,
        "wordTimes": False, "parameters": {"enable_markdown_filter": True},
    }  # fmt: skip
    said = await say(vendor, voice="longanyang", speed=1.5, language="zh-CN", options=options)

    assert vendor.tasks[0].parameters == {
        "voice": "longanyang", "text_type": "PlainText", "format": "pcm", "sample_rate": 16000, "volume": 80,
        "rate": 1.5, "pitch": 1.2, "instruction": "请用广东话表达。", "seed": 7, "language_hints": ["zh"],
        "enable_markdown_filter": True,
    }  # fmt: skip
    assert {f.rate for f in frames(said)} == {16000}
    assert seconds(said) == pytest.approx(SOUND_S / 1.5, abs=0.01)


async def test_text_goes_to_the_vendor_as_it_comes(vendor):
    async def text() -> AsyncIterator[str]:
        yield "您好，"
        await until(lambda: vendor.tasks and vendor.tasks[0].texts)
        for piece in ("  ", "请说", "。", "\n"):
            yield piece

    await collect(DashScopeTts(config(vendor)).synthesize(text()))

    assert vendor.tasks[0].texts[0] == "您好，"
    assert "".join(vendor.tasks[0].texts).rstrip() == "您好，  请说。"


@pytest.mark.parametrize(
    ("text", "document"),
    [
        (("<speak>您好。", "再见。</speak>"), "<speak>您好。再见。</speak>"),
        (("您好。<break time='500ms'/>", "再见。"), "<speak>您好。<break time='500ms'/>再见。</speak>"),
        (("A<B & C。",), "<speak>A&lt;B &amp; C。</speak>"),
    ],
)
async def test_ssml_is_one_document_in_one_message(vendor, text, document):
    await say(vendor, *text, options={"ssml": True})

    assert vendor.tasks[0].parameters["enable_ssml"] is True
    assert vendor.tasks[0].texts == [document]


async def test_a_very_long_text_goes_in_parts(vendor):
    await say(vendor, "o" * 4500, options={"sampleRate": 8000})

    assert [len(t) for t in vendor.tasks[0].texts] == [2000, 2000, 500]


async def test_nothing_to_say_starts_no_task(vendor):
    await say(vendor, "", " ", "\n")

    assert vendor.tasks == []


async def test_word_times_follow_the_sound_whichever_way_the_vendor_counts(vendor):
    heard = []
    for clock in ("task", "sentence"):
        vendor.manner.clock = clock
        heard.append([x for x in await say(vendor) if isinstance(x, WordTimes)])

    starts = [[s for times in reply for s in times.starts] for reply in heard]
    assert "".join(w for times in heard[0] for w in times.words) == "您好这里是应答请问有什么可以帮您"
    assert starts[1] == pytest.approx(starts[0], abs=0.002)


async def test_the_vendors_count_wins_over_ours(vendor):
    said = await say(vendor)

    assert [(u.quantities["characters"], u.estimated) for u in used(said)] == [
        (35, True), (16, False), (35, False),
    ]  # fmt: skip


async def test_without_a_count_from_the_vendor_ours_stands(vendor):
    vendor.manner.pace = 0.2
    heard: Said = []
    async with aclosing(DashScopeTts(config(vendor)).synthesize(pieces(["".join(TEXT)]))) as stream:
        while not used(heard):  # then the listener interrupts
            heard.append(await within(anext(stream)))

    assert used(heard) == [Usage({"characters": 35}, estimated=True)]


# ── warm connections ─────────────────────────────────────────────────────────────────────────────────


async def test_the_next_clause_uses_the_same_connection(vendor):
    for clause in TEXT * 2:
        await say(vendor, clause)

    assert len(vendor.tasks) == 4
    assert vendor.connections == 1


async def test_clauses_at_once_use_connections_of_their_own(vendor):
    await asyncio.gather(*(say(vendor, clause) for clause in TEXT))
    await until(lambda: len(warm_links) == 2)
    await asyncio.gather(*(say(vendor, clause) for clause in TEXT))

    assert vendor.connections == 2


async def test_a_connection_is_never_used_with_another_tenants_key(vendor, monkeypatch):
    monkeypatch.setattr("dashscope.api_key", "sk-global")
    for n in range(6):
        await say(vendor, "您好。", api_key=f"sk-tenant-{n % 2}")

    keys_of = {c: {t.key for t in vendor.tasks if t.connection == c} for c in range(vendor.connections)}
    assert keys_of == {0: {"sk-tenant-0"}, 1: {"sk-tenant-1"}}
    assert [t.key for t in vendor.tasks] == ["sk-tenant-0", "sk-tenant-1"] * 3


async def test_a_connection_is_never_used_with_another_workspace(vendor):
    for workspace in ("ws-1", "ws-2", "ws-1"):
        await say(vendor, "您好。", options={"workspace": workspace})

    assert [t.headers.get("x-dashscope-workspace") for t in vendor.tasks] == ["ws-1", "ws-2", "ws-1"]
    assert vendor.connections == 2


async def test_a_warm_connection_the_vendor_has_closed_is_replaced_without_a_word(vendor):
    vendor.manner.reuse_s = 0.03
    await say(vendor, "您好。")
    await until(lambda: not vendor.open_sockets)

    assert seconds(await say(vendor, "请说。")) > 0
    assert vendor.connections == 2


async def test_a_warm_connection_that_breaks_when_it_is_used_is_replaced_without_a_word(vendor):
    await say(vendor, "您好。")
    vendor.fault, vendor.fault_times = faults.drop("start"), 1

    assert seconds(await say(vendor, "请说。")) > 0
    assert [t.outcome for t in vendor.tasks] == ["finished", "dropped", "finished"]


async def test_a_connection_whose_task_failed_is_not_used_again(vendor):
    vendor.fault = faults.fail("InternalError", at=1)
    await fails(vendor)
    vendor.fault = None
    await say(vendor)

    assert vendor.connections == 2


# ── interrupting ─────────────────────────────────────────────────────────────────────────────────────


async def test_an_interrupted_voice_is_told_and_its_connection_serves_the_next_reply(vendor):
    vendor.manner.pace = 0.2
    async with aclosing(DashScopeTts(config(vendor)).synthesize(then_silence(TEXT))) as stream:
        await within(anext(stream))
    await until(lambda: len(warm_links) == 1)

    assert vendor.tasks[0].cancelled
    assert seconds(await say(vendor)) == pytest.approx(SOUND_S, abs=0.01)
    assert vendor.connections == 1


@pytest.mark.parametrize("fault", [faults.stall(), faults.stall(0), faults.stall("finish"), faults.deaf(1)])
async def test_interrupting_takes_no_time_whatever_the_vendor_does(vendor, fault):
    vendor.fault = fault
    tts = DashScopeTts(config(vendor, timeout_s=0.6))
    speaker = asyncio.create_task(collect(tts.synthesize(then_silence(TEXT))))
    await until(lambda: vendor.tasks)

    started = time.perf_counter()
    speaker.cancel()
    await asyncio.wait([speaker])

    assert time.perf_counter() - started < 0.05
    await no_threads_left()


async def test_a_reply_has_two_threads_and_leaves_at_most_the_warm_connections(vendor):
    vendor.manner.pace = 0.1
    async with aclosing(DashScopeTts(config(vendor)).synthesize(pieces(TEXT))) as stream:
        await within(anext(stream))
        during = sorted(threads())
        async for _ in stream:
            pass
    await until(lambda: threads() == ["dashscope-ws-reader"])

    assert during == ["dashscope-task", "dashscope-ws-reader"]


# ── trouble ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (faults.refuse(403), "auth"),
        (faults.refuse(429), "rate_limit"),
        (faults.fail("Throttling.RateQuota", at=2), "rate_limit"),
        (faults.fail("DataInspectionFailed", at=0), "moderation"),
        (faults.drop(2), "network"),
        (faults.drop("finish"), "network"),
        (faults.garbage(2), "server"),
        (faults.odd(2), "server"),
        (faults.oversized(1), "server"),
        (faults.early(), "server"),
        (faults.stall(1), "timeout"),
        (faults.deaf(1), "timeout"),
        (faults.stall("finish"), "timeout"),
    ],
)
async def test_trouble_has_its_kind(vendor, fault, kind):
    vendor.fault = fault

    assert (await fails(vendor, timeout_s=0.5 if kind == "timeout" else 20)).kind == kind


async def test_a_voice_the_engine_refuses_is_a_bad_request(vendor):
    parameters = {"voice": "longxiaochun_v2"}

    failure = await fails(vendor, options={"parameters": parameters})

    assert (failure.kind, failure.vendor_code) == ("bad_request", "InvalidParameter")
    assert "418" in failure.message


async def test_a_text_that_never_comes_ends_with_the_vendors_patience(vendor):
    vendor.manner.idle_s = 0.1
    tts = DashScopeTts(config(vendor))

    with pytest.raises(ProviderError) as failure:
        await collect(tts.synthesize(then_silence(["您好，"])))

    assert failure.value.kind == "idle_timeout"


async def test_a_vendor_that_stops_before_the_text_has_ended_is_a_failure(vendor):
    vendor.fault = faults.end(1)
    tts = DashScopeTts(config(vendor))

    with pytest.raises(ProviderError) as failure:
        await collect(tts.synthesize(then_silence(TEXT)))

    assert failure.value.kind == "server"


async def test_without_a_key_nothing_is_sent(vendor):
    assert (await fails(vendor, api_key="")).kind == "auth"
    assert vendor.connections == 0


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"voice": "longxiaochun_v2"}, "longanhuan"),
        ({"model": "cosyvoice-v2", "voice": "longanhuan"}, "longxiaochun_v2"),
        ({"model": "cosyvoice-v2", "voice": "longyingjing_v3"}, "longxiaochun_v2"),
        ({"model": "cosyvoice-v1", "voice": "longxiaochun_v2"}, "longxiaochun"),
        ({"voice": "cosyvoice-v2-shop-0670"}, "does not belong"),
        ({"model": "qwen-audio-3.1-tts-flash"}, "name one"),
        ({"speed": 3.0}, "speed"),
        ({"options": {"sampleRate": 11025}}, "sampleRate"),
        ({"options": {"volume": 101}}, "volume"),
        ({"options": {"wordTimes": "yes"}}, "wordTimes"),
        ({"options": {"instruction": "o" * 129}}, "instruction"),
        ({"options": {"ssml": 1}}, "ssml"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_its_name(settings, names):
    with pytest.raises(BadRequest, match=names):
        DashScopeTts(ProviderConfig(api_key="k", **settings))


@pytest.mark.parametrize(
    ("model", "voice"),
    [
        ("cosyvoice-v3-plus", "longyingjing_v3"),
        ("cosyvoice-v3-flash", "cosyvoice-v3-flash-shop-0670"),
        ("cosyvoice-v2", "longxiaochun_v2"),
        ("cosyvoice-v1", "longwan"),
        ("qwen-audio-3.1-tts-flash", "Cherry"),
    ],
)
def test_a_voice_of_the_models_own_generation_is_fine(model, voice):
    DashScopeTts(ProviderConfig(api_key="k", model=model, voice=voice))


@pytest.mark.parametrize(
    ("model", "voice"), [("cosyvoice-v2", "longxiaochun_v2"), ("cosyvoice-v1", "longxiaochun")]
)
async def test_each_generation_has_a_default_voice(vendor, model, voice):
    await say(vendor, model=model)

    assert vendor.tasks[0].parameters["voice"] == voice
