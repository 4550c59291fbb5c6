"""Qwen-ASR and Qwen-TTS beyond their contracts: what they ask for, how soon they answer, what they keep."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator
from contextlib import aclosing

import dashscope
import pytest

from tests.contracts.stt import finals, transcripts
from tests.contracts.tools import collect, pieces, then_silence, within
from tests.contracts.tts import frames, seconds
from tests.emulators import faults
from tests.emulators.dashscope import DashScopeEmulator, Manner, Script
from tests.voice_engine.providers.dashscope_tools import config, no_threads_left, threads
from tests.voice_engine.providers.speech import SAID, until, utterance
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.base import Flush, ProviderConfig, Transcript, Usage, WordTimes
from voice_engine.providers.dashscope_sdk import links, talk
from voice_engine.providers.dashscope_sdk.config import Account
from voice_engine.providers.dashscope_sdk.ears import SessionEar
from voice_engine.providers.dashscope_sdk.voices import SessionVoice, warm_sessions
from voice_engine.providers.duplex.codec import Patience
from voice_engine.providers.stt.dashscope import DashScopeStt
from voice_engine.providers.tts.dashscope import DashScopeTts

pytestmark = pytest.mark.slow

ASR, TTS = "qwen3-asr-flash-realtime", "qwen3-tts-flash-realtime"
FIRST, SECOND = (utterance(tone, text) for tone, text in SAID)
Spoken = list[AudioFrame | WordTimes | Usage]


@pytest.fixture
async def vendor() -> AsyncIterator[DashScopeEmulator]:
    async with DashScopeEmulator(Manner(script=Script(tones=dict(SAID)))) as emulator:
        yield emulator
        await no_threads_left()
    assert emulator.violations == []


def ear(vendor: DashScopeEmulator, **more: object) -> DashScopeStt:
    return DashScopeStt(config(vendor, **{"model": ASR, **more}))


def voice(vendor: DashScopeEmulator, **more: object) -> DashScopeTts:
    return DashScopeTts(config(vendor, **{"model": TTS, **more}))


async def say(vendor: DashScopeEmulator, *text: str, **more: object) -> Spoken:
    return await collect(voice(vendor, **more).synthesize(pieces(text)))


# ── hearing ──────────────────────────────────────────────────────────────────────────────────────────


async def test_a_recogniser_asks_for_its_session_once_with_all_it_needs(vendor):
    options = {"context": "营业厅", "maxSentenceSilence": 500, "workspace": "ws-1"}
    more = {"language": "zh-CN", "keywords": ("余额",), "options": options}
    await collect(ear(vendor, **more).transcribe(pieces([*FIRST.frames(), Flush()])))

    (session,) = vendor.tasks
    asked = {k: v for k, v in session.parameters.items() if k in session.mouth.settings}
    assert session.model == ASR
    assert asked == {
        "modalities": ["text"], "input_audio_format": "pcm", "sample_rate": 16000,
        "input_audio_transcription": {"language": "zh", "corpus": {"text": "营业厅 余额"}},
        "turn_detection": {"type": "server_vad", "silence_duration_ms": 500},
    }  # fmt: skip
    assert session.headers["x-dashscope-workspace"] == "ws-1"
    await until(lambda: session.outcome == "finished")


async def test_what_may_still_change_is_part_of_a_partial(vendor):
    heard = transcripts(await collect(ear(vendor).transcribe(pieces([*FIRST.frames(), Flush()]))))

    assert [t.text for t in heard if not t.final][-1] == FIRST.text.rstrip("。")
    assert [t.text for t in heard if t.final] == [FIRST.text]


@pytest.mark.parametrize("commits", [False, True])
async def test_a_flush_brings_the_final_although_the_vendor_would_wait_for_seconds(vendor, commits):
    options = {"maxSentenceSilence": 6000, "finalWaitMs": 5000, "commitOnFlush": commits}
    stt = ear(vendor, options=options)
    async with aclosing(stt.transcribe(then_silence([*FIRST.frames(), Flush()]))) as heard:
        started = time.perf_counter()
        while not isinstance(item := await within(anext(heard)), Transcript) or not item.final:
            pass

        assert item == Transcript(FIRST.text, True)
        assert time.perf_counter() - started < 1.0
    assert vendor.tasks[0].flushes == commits


async def test_a_late_vendor_is_not_waited_for_and_its_late_final_is_not_told_twice(vendor):
    vendor.fault = faults.late(0.15)
    stream = [*FIRST.frames(), Flush(), *SECOND.frames(), Flush()]
    heard = await collect(ear(vendor, options={"finalWaitMs": 50}).transcribe(pieces(stream)))

    words = "".join(finals(heard))
    assert words.count("余额") == words.count("morning") == 1


async def test_telephone_sound_is_sent_at_its_own_rate(vendor):
    call = utterance(440, SAID[0][1], rate=8000)
    heard = await collect(ear(vendor).transcribe(pieces([*call.frames(), Flush()])))

    assert vendor.tasks[0].parameters["sample_rate"] == 8000
    assert finals(heard) == [call.text]


async def test_a_session_has_one_thread_and_none_afterwards(vendor):
    async with aclosing(ear(vendor).transcribe(then_silence(FIRST.frames()))) as heard:
        await within(anext(heard))

        assert threads() == ["dashscope-task"]

    await no_threads_left()


async def test_an_event_that_makes_no_sense_is_a_failure(vendor):
    vendor.fault = faults.odd(0)

    with pytest.raises(ProviderError) as failure:
        await collect(ear(vendor).transcribe(then_silence([*FIRST.frames(), Flush()])))

    assert failure.value.kind == "server"


# ── speaking ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_voice_asks_for_its_session_with_all_it_needs(vendor):
    options = {
        "sampleRate": 16000,
        "volume": 80,
        "pitch": 1.1,
        "instruction": "温柔地说",
        "mode": "server_commit",
    }
    await say(vendor, "您好。", voice="Serena", language="zh-CN", speed=1.2, options=options)

    assert vendor.tasks[0].mouth.settings == {
        "voice": "Serena", "mode": "server_commit", "response_format": "pcm", "sample_rate": 16000,
        "speech_rate": 1.2, "volume": 80, "pitch_rate": 1.1, "language_type": "Chinese",
        "instructions": "温柔地说",
    }  # fmt: skip


async def test_the_next_reply_finds_the_session_warm(vendor):
    said = [await say(vendor, text) for text in ("您好。", "请说。", "再见。")]

    assert vendor.connections == 1
    assert [seconds(s) for s in said] == pytest.approx([seconds(said[0])] * 3, rel=0.01)
    assert vendor.tasks[0].flushes == 3


async def test_sessions_are_not_shared_between_keys_or_settings(vendor):
    await say(vendor, "您好。")
    await say(vendor, "您好。", api_key="sk-other")
    await say(vendor, "您好。", voice="Ethan")

    assert vendor.connections == 3
    assert [task.key for task in vendor.tasks] == ["sk-test", "sk-other", "sk-test"]


async def test_a_session_the_vendor_has_closed_is_replaced(vendor):
    await say(vendor, "您好。")
    await until(lambda: len(warm_sessions) == 1)
    await vendor.hang_up_everywhere()

    said = await say(vendor, "请说。")

    assert frames(said)
    assert vendor.connections == 2


async def test_a_session_nobody_used_is_kept(vendor):
    await say(vendor, "", " ")
    await until(lambda: len(warm_sessions) == 1)

    await say(vendor, "您好。")

    assert vendor.connections == 1


async def test_an_interruption_cancels_the_response_and_leaves_the_session(vendor):
    vendor.manner.pace = 1.0
    stream = voice(vendor).synthesize(then_silence(["一二三四五六七八九十。"]))
    await within(anext(stream))

    started = time.perf_counter()
    await stream.aclose()

    assert time.perf_counter() - started < 0.05
    await until(lambda: not vendor.open_sockets)
    assert vendor.tasks[0].cancelled
    assert len(warm_sessions) == 0


async def test_sentences_are_committed_one_after_the_other_while_text_comes(vendor):
    async def text() -> AsyncIterator[str]:
        yield "您好。"
        await until(lambda: vendor.tasks and vendor.tasks[0].texts)
        for piece in ("请问", "有什么可以帮您？", "没有句号"):
            yield piece

    said = await collect(voice(vendor).synthesize(text()))

    assert vendor.tasks[0].texts[0] == "您好。"
    assert "".join(vendor.tasks[0].texts) == "您好。请问有什么可以帮您？没有句号"
    assert vendor.tasks[0].flushes == len(vendor.tasks[0].texts)
    used = [u for u in said if isinstance(u, Usage)]
    assert used[-1] == Usage({"characters": 32})


async def test_a_very_long_text_goes_in_parts(vendor):
    await say(vendor, "o" * 2100, options={"sampleRate": 8000})

    assert [len(t) for t in vendor.tasks[0].texts] == [2000, 100]


async def test_the_vendor_that_decides_ends_the_session_with_the_reply(vendor):
    await say(vendor, "您好。", "请说。", options={"mode": "server_commit"})
    await say(vendor, "再见。", options={"mode": "server_commit"})

    assert vendor.connections == 2
    assert [task.outcome for task in vendor.tasks] == ["finished", "finished"]


async def test_tokens_are_told_where_the_vendor_bills_tokens(vendor):
    vendor.manner.usage = {"input_tokens": 4, "output_tokens": 50, "total_tokens": 54}
    said = await say(vendor, "您好。", model="qwen-tts-realtime")

    used = [u for u in said if isinstance(u, Usage)]
    assert used[-1].quantities == {"promptTokens": 4, "completionTokens": 50}


WHY = {"code": "DataInspectionFailed", "message": "inappropriate content"}


async def test_an_utterance_or_a_response_that_failed_is_told_with_the_vendors_reason():
    whose, patience = Account("ws://nowhere", "k"), Patience()
    ears = SessionEar(whose, ASR, {}, patience, asyncio.Queue())
    mouth = SessionVoice(whose, TTS, {"mode": "commit"}, patience, asyncio.Queue())
    failed = {"status": "failed", "status_details": {"error": WHY}}

    with pytest.raises(ProviderError) as unheard:
        ears.read({"type": "conversation.item.input_audio_transcription.failed", "error": WHY})
    with pytest.raises(ProviderError) as unsaid:
        list(mouth.read({"type": "response.done", "response": failed}, 0.0))

    assert [e.value.kind for e in (unheard, unsaid)] == ["moderation", "moderation"]


# ── both ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_neither_the_environments_key_nor_its_workspace_is_used(vendor, monkeypatch):
    for name, value in (("API_KEY", "sk-environment"), ("WORKSPACE_ID", "ws-environment")):
        monkeypatch.setenv(f"DASHSCOPE_{name}", value)
    monkeypatch.setattr("dashscope.api_key", "sk-global")

    await say(vendor, "您好。")
    await collect(ear(vendor).transcribe(pieces([*FIRST.frames(), Flush()])))

    assert [task.key for task in vendor.tasks] == ["sk-test", "sk-test"]
    assert all("environment" not in json.dumps(dict(task.headers)) for task in vendor.tasks)


async def test_the_workspace_comes_from_the_credential_too(vendor):
    more = {"api_key": "", "secrets": {"apiKey": "sk-sealed", "workspace": "ws-sealed"}}
    await say(vendor, "您好。", **more)
    await collect(ear(vendor, **more).transcribe(pieces([*FIRST.frames(), Flush()])))

    assert {(t.key, t.headers["x-dashscope-workspace"]) for t in vendor.tasks} == {("sk-sealed", "ws-sealed")}


@pytest.mark.parametrize(
    "fault",
    [
        faults.garbage("start"), faults.garbage(0), faults.odd(0), faults.oversized(0),
        faults.drop(0), faults.fail("InternalError", at=0), faults.end(0), faults.deaf("start"),
        faults.stall(0),
    ],
)  # fmt: skip
async def test_whatever_goes_wrong_is_a_provider_error_and_leaves_no_thread(vendor, fault):
    vendor.fault = fault
    for failing in (
        collect(voice(vendor, timeout_s=0.6).synthesize(then_silence(["一二三四五六七八九十。"]))),
        collect(
            ear(vendor, timeout_s=0.6, options={"finalWaitMs": 50}).transcribe(
                then_silence([item for _ in range(6) for item in (*FIRST.frames(), Flush())])
            )
        ),
    ):
        with pytest.raises(ProviderError) as failure:
            await failing
        assert failure.value.kind in ("server", "network", "timeout")
    await no_threads_left()


async def test_hearing_and_speaking_share_one_bound(vendor, monkeypatch):
    monkeypatch.setattr(talk, "_room", threading.BoundedSemaphore(1))
    async with aclosing(ear(vendor).transcribe(then_silence(FIRST.frames()))) as heard:
        await within(anext(heard))

        with pytest.raises(ProviderError, match="256 DashScope talks"):
            await say(vendor, "您好。")


@pytest.mark.parametrize(("hears", "speaks"), [(ASR, TTS), ("paraformer-realtime-v2", "cosyvoice-v3-flash")])
async def test_leaving_while_connecting_ends_the_thread_at_once(hears, speaks):
    silent = socket.create_server(("127.0.0.1", 0))
    where = f"ws://127.0.0.1:{silent.getsockname()[1]}/"
    tts = DashScopeTts(ProviderConfig(api_key="k", base_url=where, model=speaks))
    stt = DashScopeStt(ProviderConfig(api_key="k", base_url=where, model=hears))
    listeners = [
        asyncio.create_task(collect(tts.synthesize(then_silence(["您好。"])))),
        asyncio.create_task(collect(stt.transcribe(then_silence(FIRST.frames())))),
    ]
    await until(lambda: len(threads()) == 2)

    for listener in listeners:
        listener.cancel()
    await asyncio.wait(listeners)

    await no_threads_left(within_s=0.5)  # not the five seconds a connection may take
    silent.close()


async def test_leaving_while_the_sdk_is_still_being_imported_makes_no_connection(monkeypatch):
    imported, silent = threading.Event(), socket.create_server(("127.0.0.1", 0))
    monkeypatch.setattr(links, "sdk", lambda: imported.wait(5) and dashscope)
    where = f"ws://127.0.0.1:{silent.getsockname()[1]}/"
    stt = DashScopeStt(ProviderConfig(api_key="k", base_url=where))
    listener = asyncio.create_task(collect(stt.transcribe(then_silence(FIRST.frames()))))
    await until(threads)

    listener.cancel()
    await asyncio.wait([listener])
    imported.set()

    await no_threads_left(within_s=0.5)
    silent.close()


@pytest.mark.parametrize(("hears", "speaks"), [(ASR, TTS), ("paraformer-realtime-v2", "cosyvoice-v3-flash")])
async def test_hanging_up_at_any_moment_of_the_beginning_leaves_nothing(vendor, hears, speaks):
    for moment in range(40):
        talks = [
            asyncio.create_task(collect(voice(vendor, model=speaks).synthesize(then_silence(["您好。"])))),
            asyncio.create_task(collect(ear(vendor, model=hears).transcribe(then_silence(FIRST.frames())))),
        ]
        await asyncio.sleep(moment * 0.0005)
        for one in talks:
            one.cancel()
        await asyncio.wait(talks)

    await no_threads_left()
    await until(lambda: not vendor.open_sockets)
    assert frames(await say(vendor, "您好。", model=speaks))


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"options": {"mode": "later"}}, "mode"),
        ({"options": {"sampleRate": 11025}}, "sampleRate"),
        ({"model": "qwen3-tts-vc-realtime-2026-01-15"}, "voices of your own"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_by_its_name(settings, names):
    with pytest.raises(BadRequest, match=names):
        DashScopeTts(ProviderConfig(api_key="k", **{"model": TTS, **settings}))
