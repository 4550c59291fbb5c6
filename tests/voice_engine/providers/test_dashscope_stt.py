"""The recogniser beyond its contract: what it asks for, how soon it answers, what it does in trouble."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from tests.contracts.stt import Utterance, finals, transcripts
from tests.contracts.tools import collect, pieces, then_silence, within
from tests.emulators import faults
from tests.emulators.dashscope import DashScopeEmulator, Manner, Script
from tests.emulators.target import closed_port
from tests.voice_engine.providers.dashscope_tools import config, no_threads_left, threads
from tests.voice_engine.providers.speech import SAID, until, utterance
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.base import Flush, ProviderConfig, Transcript, Usage
from voice_engine.providers.dashscope_sdk import talk
from voice_engine.providers.stt.dashscope import DashScopeStt

pytestmark = pytest.mark.slow

FIRST, SECOND = (utterance(tone, text) for tone, text in SAID)
Item = AudioFrame | Flush


@pytest.fixture
async def vendor() -> AsyncIterator[DashScopeEmulator]:
    async with DashScopeEmulator(Manner(script=Script(tones=dict(SAID)))) as emulator:
        yield emulator
        await no_threads_left()
    assert emulator.violations == []


async def hear(vendor: DashScopeEmulator, items: list[Item], **more: object) -> list[Transcript | Usage]:
    return await collect(DashScopeStt(config(vendor, **more)).transcribe(pieces(items)))


async def first_final(heard: AsyncIterator[Transcript | Usage]) -> Transcript:
    while True:
        item = await within(anext(heard))
        if isinstance(item, Transcript) and item.final:
            return item


async def fails(vendor: DashScopeEmulator, **more: object) -> ProviderError:
    """How it ends for somebody who has spoken and keeps the line open."""
    stt = DashScopeStt(config(vendor, **more))
    with pytest.raises(ProviderError) as failure:
        await collect(stt.transcribe(then_silence([*FIRST.frames(), Flush()])))
    return failure.value


async def test_it_asks_for_dialogue_and_says_so_explicitly(vendor):
    await hear(vendor, [*FIRST.frames(), Flush()], language="zh-CN")

    task = vendor.tasks[0]
    assert (task.task, task.model) == ("asr", "paraformer-realtime-v2")
    assert task.parameters == {
        "format": "pcm", "sample_rate": 16000, "max_sentence_silence": 400,
        "semantic_punctuation_enabled": False, "heartbeat": True, "language_hints": ["zh"],
    }  # fmt: skip


async def test_options_reach_the_vendor(vendor):
    more = {"disfluency_removal_enabled": True}
    options = {"maxSentenceSilence": 900, "vocabularyId": "vocab-1", "parameters": more}
    await hear(vendor, [*FIRST.frames(), Flush()], options=options)

    parameters = vendor.tasks[0].parameters
    assert parameters["max_sentence_silence"] == 900
    assert parameters["vocabulary_id"] == "vocab-1"
    assert parameters["disfluency_removal_enabled"] is True


async def test_telephone_sound_is_sent_at_its_own_rate(vendor):
    call = utterance(440, SAID[0][1], rate=8000)
    heard = await hear(vendor, [*call.frames(), Flush()])

    assert vendor.tasks[0].parameters["sample_rate"] == 8000
    assert [t for t in finals(heard) if t] == [call.text]


async def test_fun_asr_is_understood(vendor):
    heard = await hear(vendor, [*FIRST.frames(), Flush()], model="fun-asr-realtime")

    assert [t for t in finals(heard) if t] == [FIRST.text]


async def test_one_task_serves_the_whole_call(vendor):
    await hear(vendor, [*FIRST.frames(), Flush(), *SECOND.frames(), Flush(), *FIRST.frames(), Flush()])

    assert len(vendor.tasks) == vendor.connections == 1
    await until(lambda: vendor.tasks[0].outcome == "finished")


async def test_the_vendor_gets_frames_of_the_size_it_wants(vendor):
    await hear(vendor, [*FIRST.frames(), Flush()])

    assert vendor.tasks[0].audio_bytes / vendor.tasks[0].audio_frames >= 1024
    assert vendor.tasks[0].smallest_frame >= 640  # the last one may be small


async def test_a_flush_brings_the_final_although_the_vendor_would_wait_for_seconds(vendor):
    stt = DashScopeStt(config(vendor, options={"maxSentenceSilence": 6000, "finalWaitMs": 5000}))
    async with aclosing(stt.transcribe(then_silence([*FIRST.frames(), Flush()]))) as heard:
        started = time.perf_counter()
        final = await first_final(heard)

        assert final == Transcript(FIRST.text, True)
        assert time.perf_counter() - started < 1.0


async def test_a_late_vendor_is_not_waited_for_and_its_late_final_is_not_told_twice(vendor):
    vendor.fault = faults.late(0.08)
    stream = [*FIRST.frames(), Flush(), *SECOND.frames(), Flush()]
    heard = await hear(vendor, stream, options={"finalWaitMs": 600})
    told = [t.text for t in transcripts(heard) if t.final]

    vendor.fault = faults.late(0.15)
    hurried = await hear(vendor, stream, options={"finalWaitMs": 50})
    words = "".join(t.text for t in transcripts(hurried) if t.final)

    assert told == [FIRST.text, SECOND.text]
    assert words.count("余额") == words.count("morning") == 1


async def test_an_old_partial_that_comes_again_changes_nothing(vendor):
    vendor.fault = faults.stale()
    heard = await hear(vendor, [*FIRST.frames(), Flush(), *SECOND.frames(), Flush()])

    assert finals(heard) == [FIRST.text, SECOND.text]
    assert transcripts(heard)[-1].final


async def test_without_frames_the_vendor_hears_silence_and_keeps_the_task(vendor):
    vendor.manner.idle_s = 0.8
    stt = DashScopeStt(config(vendor))
    async with aclosing(stt.transcribe(then_silence(FIRST.frames()))) as heard:
        final = await first_final(heard)
        rest = asyncio.create_task(collect(heard))
        await until(lambda: vendor.tasks[0].audio_bytes > len(FIRST.pcm) + 32000)

        assert final == Transcript(FIRST.text, True)
        assert not rest.done()
        rest.cancel()
        await asyncio.wait([rest])


async def test_the_vendors_seconds_count_and_what_it_did_not_tell_is_estimated(vendor):
    quiet = Utterance(bytes(16000 * 2 * 5), "")
    heard = await hear(vendor, [*FIRST.frames(), Flush(), *quiet.frames()])

    used = [u for u in heard if isinstance(u, Usage)]
    assert [u.estimated for u in used] == [False, True]
    assert used[0].quantities["seconds"] == 1
    assert used[1].quantities["seconds"] == pytest.approx(1.2 + 0.46 + 5.0, abs=0.1)


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_tenants_never_use_each_others_key_nor_the_environments(vendor, monkeypatch):
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-environment")
    monkeypatch.setattr("dashscope.api_key", "sk-global")
    tenants = {f"sk-tenant-{n}": said for n, said in enumerate((FIRST, SECOND, FIRST))}

    await asyncio.gather(
        *(hear(vendor, [*said.frames(), Flush()], api_key=key) for key, said in tenants.items())
    )

    assert sorted(task.key for task in vendor.tasks) == sorted(tenants)
    assert all("environment" not in str(t.headers) and "global" not in str(t.headers) for t in vendor.tasks)


async def test_without_a_key_nothing_is_sent(vendor, monkeypatch):
    monkeypatch.setenv("DASHSCOPE_API_KEY", "sk-environment")

    failure = await fails(vendor, api_key="")

    assert failure.kind == "auth"
    assert "DASHSCOPE_API_KEY" in failure.message
    assert vendor.connections == 0


async def test_a_redirect_does_not_carry_the_key_to_another_host(vendor):
    async with DashScopeEmulator() as elsewhere:
        vendor.fault = faults.redirect(elsewhere.url)

        failure = await fails(vendor)

        assert failure.kind == "network"
        assert elsewhere.connections == 0


async def test_no_error_tells_the_key(vendor):
    vendor.fault = faults.refuse(401)

    failure = await fails(vendor, api_key="sk-secret")

    assert "sk-secret" not in repr(failure) + failure.message + str(failure.details)
    assert "sk-secret" not in repr(DashScopeStt(config(vendor, api_key="sk-secret"))._setup)


# ── trouble ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (faults.refuse(403), "auth", "403"),
        (faults.refuse(429, retry_after=7), "rate_limit", "429"),
        (faults.fail("Throttling.AllocationQuota"), "rate_limit", "Throttling.AllocationQuota"),
        (faults.fail("AccessDenied.Unpurchased"), "auth", "AccessDenied.Unpurchased"),
        (faults.fail("ModelNotFound"), "bad_request", "ModelNotFound"),
        (faults.fail("CLIENT_ERROR", "Failed to decode audio"), "invalid_audio", "CLIENT_ERROR"),
        (faults.fail("CLIENT_ERROR", "something odd"), "bad_request", "CLIENT_ERROR"),
        (faults.fail("InternalError", at=1), "server", "InternalError"),
        (faults.fail("SomethingNew", at=2), "server", "SomethingNew"),
        (faults.drop(1), "network", ""),
        (faults.garbage(1), "server", ""),
        (faults.odd(1), "server", ""),
        (faults.end(1), "server", ""),
        (faults.early(), "server", ""),
    ],
)
async def test_trouble_has_its_kind_and_the_vendors_code(vendor, fault, kind, code):
    vendor.fault = fault

    failure = await fails(vendor)

    assert (failure.kind, failure.vendor_code) == (kind, code)
    assert failure.retry_after == (7.0 if code == "429" else None)
    assert failure.details["request_id"] or fault.kind != "fail"


async def test_a_refused_connection_is_a_network_failure():
    with closed_port() as port:
        stt = DashScopeStt(ProviderConfig(api_key="k", base_url=f"ws://127.0.0.1:{port}/"))
        with pytest.raises(ProviderError) as failure:
            await collect(stt.transcribe(then_silence(FIRST.frames())))

    assert failure.value.kind == "network"
    await no_threads_left()


async def test_a_process_runs_no_more_tasks_than_it_can_bear(vendor, monkeypatch):
    monkeypatch.setattr(talk, "_room", threading.BoundedSemaphore(1))
    first = DashScopeStt(config(vendor)).transcribe(then_silence(FIRST.frames()))
    async with aclosing(first) as heard:
        await within(anext(heard))

        assert (await fails(vendor)).kind == "server"

    await no_threads_left()
    assert await hear(vendor, [*FIRST.frames(), Flush()])


async def test_a_pulled_cable_is_noticed(vendor):
    vendor.fault = faults.deaf(0)

    failure = await fails(vendor, timeout_s=0.8)

    assert failure.kind == "network"


async def test_a_vendor_that_stops_listening_is_noticed_after_some_flushes(vendor):
    vendor.fault = faults.stall(0)
    stt = DashScopeStt(config(vendor, timeout_s=0.6, options={"finalWaitMs": 50}))
    calls = [item for _ in range(6) for item in (*FIRST.frames(), Flush())]

    with pytest.raises(ProviderError) as failure:
        await collect(stt.transcribe(then_silence(calls)))

    assert failure.value.kind == "timeout"


async def test_a_vendor_that_never_finishes_does_not_hold_up_the_end(vendor):
    vendor.fault = faults.stall("finish")
    heard = await hear(vendor, [*FIRST.frames(), Flush()], timeout_s=0.5)

    assert [t for t in finals(heard) if t] == [FIRST.text]


async def test_a_vendor_that_takes_no_sound_never_blocks_the_loop(vendor):
    vendor.fault = faults.deaf("start")
    stt = DashScopeStt(config(vendor, timeout_s=0.6))
    flood = AudioFrame(bytes(40_000_000), 16000)
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            longest = max(longest, time.perf_counter() - before)

    watcher = asyncio.create_task(watch())
    with pytest.raises(ProviderError) as failure:
        await collect(stt.transcribe(then_silence([flood])))
    watcher.cancel()

    assert failure.value.kind == "network"
    assert longest < 1.0  # a blocking send would take for ever


# ── hanging up ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("fault", [None, faults.stall(), faults.stall(0), faults.deaf(0)])
async def test_hanging_up_takes_no_time_whatever_the_vendor_does(vendor, fault):
    vendor.fault = fault
    stt = DashScopeStt(config(vendor, timeout_s=0.6))
    listener = asyncio.create_task(collect(stt.transcribe(then_silence(FIRST.frames()))))
    await until(lambda: vendor.tasks)

    started = time.perf_counter()
    listener.cancel()
    await asyncio.wait([listener])

    assert time.perf_counter() - started < 0.05
    await no_threads_left()


async def test_a_vendor_that_does_not_answer_the_upgrade_is_left_alone():
    silent = socket.create_server(("127.0.0.1", 0))
    port = silent.getsockname()[1]
    stt = DashScopeStt(ProviderConfig(api_key="k", base_url=f"ws://127.0.0.1:{port}/", timeout_s=0.2))

    with pytest.raises(ProviderError) as failure:
        await collect(stt.transcribe(then_silence(FIRST.frames())))

    assert failure.value.kind == "timeout"
    await no_threads_left()
    silent.close()


async def test_a_call_has_two_threads_and_none_of_them_afterwards(vendor):
    async with aclosing(DashScopeStt(config(vendor)).transcribe(then_silence(FIRST.frames()))) as heard:
        await within(anext(heard))

        assert sorted(threads()) == ["dashscope-task", "dashscope-ws-reader"]

    await no_threads_left()
    assert all(t.daemon for t in threading.enumerate() if "dashscope" in t.name)


async def test_hanging_up_says_goodbye(vendor):
    async with aclosing(DashScopeStt(config(vendor)).transcribe(then_silence(FIRST.frames()))) as heard:
        await within(anext(heard))

    await until(lambda: not vendor.open_sockets)
    assert vendor.tasks[0].input_ended
    assert vendor.tasks[0].outcome == "finished"


# ── what is refused beforehand ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"language": "sw-KE"}, "zh, en, ja"),
        ({"language": "ko", "model": "fun-asr-realtime"}, "zh, en, ja"),
        ({"options": {"maxSentenceSilence": 100}}, "maxSentenceSilence"),
        ({"options": {"maxSentenceSilence": True}}, "maxSentenceSilence"),
        ({"options": {"finalWaitMs": "soon"}}, "finalWaitMs"),
        ({"options": {"vocabularyId": 7}}, "vocabularyId"),
        ({"options": {"padFlush": "yes"}}, "padFlush"),
        ({"options": {"parameters": []}}, "parameters"),
        ({"base_url": "https://dashscope.aliyuncs.com"}, "wss://"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_its_name(settings, names):
    with pytest.raises(BadRequest, match=names):
        DashScopeStt(ProviderConfig(api_key="k", **settings))


@pytest.mark.parametrize(
    ("model", "rate"), [("fun-asr-realtime", 8000), ("paraformer-realtime-8k-v2", 16000)]
)
async def test_sound_of_a_rate_the_model_does_not_take_is_refused(vendor, model, rate):
    with pytest.raises(ProviderError) as failure:
        await hear(vendor, [AudioFrame(bytes(640), rate)], model=model)

    assert failure.value.kind == "invalid_audio"


async def test_sound_that_changes_its_rate_is_refused(vendor):
    with pytest.raises(ProviderError, match="8000 Hz after mono at 16000") as failure:
        await hear(vendor, [AudioFrame(bytes(640), 16000), AudioFrame(bytes(640), 8000)])

    assert failure.value.kind == "invalid_audio"
