"""The emulator is a fair copy: the SDK's own classes, old and new, work on it without a complaint."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import replace

import dashscope
import pytest
from dashscope.audio.asr import Recognition, RecognitionCallback
from dashscope.audio.tts_v2 import AudioFormat, ResultCallback, SpeechSynthesizer
from openai import AsyncOpenAI
from websockets.asyncio.client import connect

from tests.contracts.tools import collect, pieces, within
from tests.contracts.tts import seconds
from tests.emulators import faults
from tests.emulators.dashscope import DashScopeEmulator, Manner, Script
from tests.voice_engine.providers.dashscope_tools import no_threads_left
from tests.voice_engine.providers.speech import SAID, tone, utterance
from voice_engine.audio.frame import AudioFrame
from voice_engine.providers.base import Flush, ProviderConfig, Transcript
from voice_engine.providers.dashscope_sdk.cloning import DashScopeCloner
from voice_engine.providers.stt.dashscope import DashScopeStt
from voice_engine.providers.tts.dashscope import DashScopeTts

QUESTION = utterance(440, SAID[0][1])
HEADERS = {"Authorization": "Bearer sk-test"}
TASK = "0123456789abcdef0123456789abcdef"
ASR = {
    "task_group": "audio", "task": "asr", "function": "recognition", "model": "paraformer-realtime-v2",
    "input": {}, "parameters": {"format": "pcm", "sample_rate": 16000},
}  # fmt: skip


@pytest.fixture
async def vendor() -> AsyncIterator[DashScopeEmulator]:
    async with DashScopeEmulator(Manner(script=Script(tones=dict(SAID)))) as emulator:
        yield emulator


def frame(action: str, payload: dict, task: str = TASK) -> str:
    header = {"action": action, "task_id": task, "streaming": "duplex"}
    return json.dumps({"header": header, "payload": payload})


FINISH = frame("finish-task", {"input": {}})


async def test_the_sdks_recognition_class_is_understood(vendor):
    sentences, done = [], []

    class Callback(RecognitionCallback):
        def on_event(self, result):
            sentences.append(result.get_sentence())

        def on_complete(self):
            done.append(True)

    recognition = Recognition(
        model="paraformer-realtime-v2", callback=Callback(), format="pcm", sample_rate=16000,
        base_address=vendor.url, api_key="sk-test",
    )  # fmt: skip

    await asyncio.to_thread(recognition.start)
    for at in range(0, 38400, 3200):
        recognition.send_audio_frame(tone(440)[at : at + 3200])
    await asyncio.to_thread(recognition.stop)

    assert sentences[-1]["text"] == SAID[0][1]
    assert sentences[-1]["sentence_end"] is True
    assert [w["text"] for w in sentences[-1]["words"]] == list("我想查一下我的余额")
    assert done == [True]
    assert vendor.violations == []


async def test_the_sdks_synthesizer_class_is_understood(vendor, monkeypatch):
    monkeypatch.setattr(dashscope, "api_key", "sk-test")
    sound, events = bytearray(), []

    class Callback(ResultCallback):
        def on_data(self, data):
            sound.extend(data)

        def on_event(self, message):
            events.append(json.loads(message)["payload"])

    def speak():
        voice = SpeechSynthesizer(
            "cosyvoice-v3-flash", "longanhuan", AudioFormat.PCM_24000HZ_MONO_16BIT, url=vendor.url,
            callback=Callback(), additional_params={"word_timestamp_enabled": True},
        )  # fmt: skip
        voice.streaming_call("您好，")
        voice.streaming_call("请说。")
        voice.streaming_complete(5000)

    await asyncio.to_thread(speak)

    assert len(sound) == pytest.approx(24000 * 2 * (4 * 0.18 + 2 * 0.06), abs=4)
    assert [e["output"]["type"] for e in events][:2] == ["sentence-begin", "sentence-synthesis"]
    assert events[-1]["usage"] == {"characters": 10}
    assert vendor.violations == []


async def test_the_sdks_default_format_is_accepted(vendor, monkeypatch):
    monkeypatch.setattr(dashscope, "api_key", "sk-test")
    voice = SpeechSynthesizer("cosyvoice-v2", "longxiaochun_v2", url=vendor.url)

    assert await asyncio.to_thread(voice.call, "你好")
    assert vendor.tasks[0].parameters["format"] == "Default"


async def test_two_tasks_may_follow_each_other_on_a_socket(vendor):
    async with connect(vendor.url, additional_headers=HEADERS) as socket:
        for task in (TASK, TASK.replace("0", "f")):
            await socket.send(frame("run-task", ASR, task))
            await socket.recv()
            await socket.send(bytes(3200))
            await socket.send(frame("finish-task", {"input": {}}, task))
            finished = json.loads(await socket.recv())

            assert finished["header"]["event"] == "task-finished"
            assert finished["payload"]["output"] == {}
    assert vendor.violations == []


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        (["nonsense"], "not JSON"),
        ([bytes(640)], "sound before task-started"),
        ([frame("stop", {"input": {}})], "header.action"),
        ([frame("run-task", ASR, "7")], "header.task_id"),
        ([FINISH], "does not run"),
        ([frame("run-task", {**ASR, "function": "x"})], "task_group, task, function"),
        ([frame("run-task", {**ASR, "parameters": {"format": "pcm"}})], "sample_rate is missing"),
        ([frame("run-task", ASR), frame("run-task", ASR)], "another task runs"),
        ([frame("run-task", ASR), b""], "empty binary"),
        ([frame("run-task", ASR), bytes(641)], "half a sample"),
        ([frame("run-task", ASR), bytes(20_000)], "20000 bytes"),
        (
            [frame("run-task", ASR), bytes(640), frame("finish-task", {"input": {}}), bytes(640)],
            "after finish",
        ),
    ],
)
async def test_what_a_client_does_wrong_is_written_down(vendor, sent, complaint):
    async with connect(vendor.url, additional_headers=HEADERS) as socket:
        for item in sent:
            await socket.send(item)
        for _ in range(200):
            if vendor.violations:
                break
            await asyncio.sleep(0.005)

    assert complaint in vendor.violations[0]


async def test_a_task_without_input_fails_after_its_time(vendor):
    vendor.manner.idle_s = 0.05
    async with connect(vendor.url, additional_headers=HEADERS) as socket:
        await socket.send(frame("run-task", ASR))
        await socket.recv()

        failed = json.loads(await socket.recv())["header"]

    assert (failed["error_code"], failed["error_message"]) == (
        "CLIENT_ERROR", "request timeout after 23 seconds.",
    )  # fmt: skip


async def test_without_heartbeats_a_long_silence_fails_and_with_them_it_does_not(vendor):
    vendor.manner.quiet_s = 6.0
    heard = {}
    for beats in (False, True):
        asr = {**ASR, "parameters": {**ASR["parameters"], "heartbeat": beats}}
        async with connect(vendor.url, additional_headers=HEADERS) as socket:
            await socket.send(frame("run-task", asr))
            await socket.recv()
            for _ in range(40):
                await socket.send(bytes(8000))
            heard[beats] = json.loads(await socket.recv())

    assert heard[False]["header"]["error_message"] == "Response timeout"
    assert heard[True]["payload"]["output"]["sentence"]["heartbeat"] is True


async def test_a_wrong_key_is_refused_at_the_handshake():
    async with DashScopeEmulator(keys={"sk-good"}) as vendor:
        with pytest.raises(Exception, match="401"):
            await connect(vendor.url, additional_headers=HEADERS)


async def test_an_ordered_fault_strikes_where_it_was_ordered(vendor):
    vendor.fault = faults.fail("InternalError", at=1)
    async with connect(vendor.url, additional_headers=HEADERS) as socket:
        await socket.send(frame("run-task", ASR))
        await socket.send(tone(440)[:16000])
        events = [json.loads(await socket.recv())["header"]["event"] for _ in range(3)]

    assert events == ["task-started", "result-generated", "task-failed"]


async def test_it_can_speak_with_a_real_voice_which_it_can_hear(vendor):
    vendor.manner.voice, vendor.manner.script = "espeak", Script(tones={200: "你好。"})
    config = ProviderConfig(api_key="sk-test", base_url=vendor.url, options={"sampleRate": 16000})
    said = await collect(DashScopeTts(config).synthesize(pieces(["Good morning, can you hear me?"])))
    frames = [x for x in said if isinstance(x, AudioFrame)]

    heard = await collect(DashScopeStt(config).transcribe(pieces([*frames, Flush()])))

    assert 1.0 < seconds(said) < 4.0
    assert any(isinstance(x, Transcript) and x.text == "你好。" for x in heard)
    await no_threads_left()


async def test_one_process_is_enough_for_a_whole_turn():
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.emulators.dashscope", "--port", "0", "--said", "我想查余额。",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        told = [(await within(program.stdout.readline())).decode() for _ in range(3)]
        speech, chat, http = (line.split("_URL=")[1].strip() for line in told)
        config = ProviderConfig(api_key="sk-test", base_url=speech)

        heard = await collect(DashScopeStt(config).transcribe(pieces([*QUESTION.frames(), Flush()])))
        question = next(t.text for t in heard if isinstance(t, Transcript) and t.final)
        async with AsyncOpenAI(api_key="sk-test", base_url=chat) as qwen:
            reply = await qwen.chat.completions.create(
                model="qwen-flash", messages=[{"role": "user", "content": question}],
                extra_body={"enable_thinking": False},
            )  # fmt: skip
        said = await collect(DashScopeTts(config).synthesize(pieces([reply.choices[0].message.content])))
        qwens = DashScopeTts(replace(config, model="qwen3-tts-flash-realtime"))
        assert seconds(await collect(qwens.synthesize(pieces(["您好。"])))) > 0
        assert await DashScopeCloner(replace(config, base_url=http)).list() == ()
    finally:
        program.terminate()
        rest, _ = await program.communicate()

    assert reply.choices[0].message.content == "您好，您刚才说的是：我想查余额。请问还有什么可以帮您？"
    assert seconds(said) == pytest.approx(23 * 0.18 + 4 * 0.06, abs=0.02)
    assert (program.returncode, rest) == (0, b"")
    await no_threads_left()
