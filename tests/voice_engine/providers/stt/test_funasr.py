"""FunASR's three servers, each in its own language."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.stt import SttContract, Utterance, finals
from tests.contracts.tools import assert_no_task_since, collect, pieces, then_silence
from tests.emulators import faults
from tests.emulators.funasr import FunAsrEmulator
from tests.emulators.funasr.server import Kind
from tests.emulators.openai_speech import OpenAiSpeechEmulator
from tests.emulators.openai_speech.server import Manner
from tests.emulators.vendor import apart
from tests.voice_engine.providers.faults_everywhere import STT_FAULTS
from tests.voice_engine.providers.speech import SAID, SCRIPT, beside, conversation
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import Flush, ProviderConfig
from voice_engine.providers.duplex.codec import Signal
from voice_engine.providers.funasr.nano import NanoCodec
from voice_engine.providers.funasr.runtime import RuntimeCodec
from voice_engine.providers.sentences import Sentence
from voice_engine.providers.stt.funasr import FunAsrStt

pytestmark = pytest.mark.slow

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.refuse(401, "the proxy says no"),
    "server": faults.odd(0),
    "network": faults.drop(1),
    "bad_request": faults.close(1008, "no", at=0),
}


def adapter(server: FunAsrEmulator, **more: Any) -> FunAsrStt:
    kinds: dict[Kind, dict[str, Any]] = {
        "runtime": {},
        "nano": {"kind": "nano", "silenceMs": 400},
        "nano-client": {"kind": "nano", "endpoint": "client"},
    }
    options = {**kinds[server.kind], **more.pop("options", {})}
    return FunAsrStt(ProviderConfig(base_url=server.url, options=options, **more))


def funasr(
    kind: Kind, fault: faults.Fault | None = None, *, newer: bool = False
) -> AbstractAsyncContextManager[FunAsrEmulator]:
    return beside(FunAsrEmulator(SCRIPT, kind, newer=newer), fault)


class _Contract(SttContract):
    kind: ClassVar[Kind]
    newer: ClassVar[bool] = False
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def stt(self) -> AsyncIterator[FunAsrStt]:
        async with funasr(self.kind, newer=self.newer) as server:
            yield adapter(server)

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[FunAsrStt]:
        async with funasr(self.kind, FAULTS[kind]) as server:
            yield adapter(server)


class TestRuntimeInPython(_Contract):
    kind = "runtime"


class TestRuntimeInCpp(_Contract):
    kind = "runtime"
    newer = True


class TestNano(_Contract):
    kind = "nano"
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = ("server", "network")


class TestNanoThatIsToldWhereUtterancesEnd(_Contract):
    kind = "nano-client"
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = ("server", "network")


class TestHttp(SttContract):
    partials: ClassVar[bool] = False

    @pytest.fixture
    async def stt(self) -> AsyncIterator[FunAsrStt]:
        manner = Manner(text="string", fastapi=True, counts="nothing")
        async with apart(OpenAiSpeechEmulator(SCRIPT, manner)) as server:
            options = {"kind": "http"}
            yield FunAsrStt(ProviderConfig(base_url=server.url, secrets=server.account, options=options))
        assert server.violations == []

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()


def talk() -> list[Any]:
    return [item for one in conversation() for item in (*one.frames(), Flush())]


async def test_hot_words_are_a_json_text_for_the_runtime_and_a_command_for_nano():
    async with funasr("runtime") as runtime, funasr("nano") as nano:
        for server in (runtime, nano):
            stt = adapter(server, keywords=("应答", "百炼"), language="中文")
            heard = await collect(stt.transcribe(pieces(talk())))
            assert finals(heard) == [text for _, text in SAID]

    assert json.loads(runtime.told[0]["hotwords"]) == {"应答": 20, "百炼": 20}
    assert nano.told[:3] == ["HOTWORDS:应答,百炼", "LANGUAGE:中文", "START"]


def _possible(kind: Kind) -> list[faults.Fault]:
    """The runtime says nothing when a call begins."""
    return [one for one in STT_FAULTS if kind == "nano" or one.at != "start" or one.kind == "refuse"]


@pytest.mark.parametrize(
    ("kind", "fault"),
    [(kind, fault) for kind in ("runtime", "nano") for fault in _possible(kind)],
    ids=lambda x: x if isinstance(x, str) else f"{x.kind}-{x.at}-{x.status}",
)
async def test_whatever_breaks_is_told_in_time_and_leaves_nothing(kind: Kind, fault: faults.Fault):
    before = asyncio.all_tasks()
    async with funasr(kind, fault) as server:
        with pytest.raises(ProviderError) as broken:
            await collect(adapter(server, timeout_s=0.4).transcribe(then_silence(talk())))

    assert broken.value.vendor == "funasr"
    await assert_no_task_since(before)


@pytest.mark.parametrize("kind", ["runtime", "nano"])
async def test_a_server_that_is_silent_leaves_no_flush_unanswered(kind: Kind):
    async with funasr(kind, faults.deaf(0)) as server:
        stt = adapter(server, timeout_s=0.4, options={"finalWaitMs": 100})
        heard = await collect(stt.transcribe(pieces(talk())))

    assert len(finals(heard)) == 2


async def test_a_nano_that_does_not_start_is_late():
    async with funasr("nano", faults.stall("start")) as server:
        with pytest.raises(ProviderError) as late:
            await collect(adapter(server, timeout_s=0.3).transcribe(then_silence(talk())))

    assert late.value.kind == "timeout"


async def test_what_nano_calls_an_error_is_told_in_its_words():
    async with funasr("nano", faults.fail("", "CUDA out of memory", at=1)) as server:
        with pytest.raises(ProviderError, match="CUDA out of memory"):
            await collect(adapter(server).transcribe(then_silence(talk())))


def test_increments_are_added_up_and_the_corrected_sentence_replaces_them():
    codec = RuntimeCodec("s-1", "2pass", (), itn=True)

    def told(mode: str, text: str) -> list[Any]:
        message = {"mode": f"2pass-{mode}", "text": text, "wav_name": "s-1", "is_final": False}
        return list(codec.receive(json.dumps(message)))

    assert told("online", "查一") == [Sentence("查一", False, 0)]
    assert told("online", "下鱼额") == [Sentence("查一下鱼额", False, 0)]
    assert told("offline", "查一下余额。") == [Sentence("查一下余额。", True, 0)]
    assert told("online", "好") == [Sentence("好", False, 1)]


def test_speaking_goes_on_with_the_next_sound():
    codec = RuntimeCodec("s-1", "2pass", (), itn=True)

    assert list(codec.pause()) == ['{"is_speaking":false}']
    assert list(codec.audio(b"ab")) == ['{"is_speaking":true}', b"ab"]
    assert list(codec.audio(b"cd")) == [b"cd"]


def test_nanos_sentences_are_cumulative():
    codec = NanoCodec((), "", commits=False)

    def told(partial: str, *sentences: str) -> list[Any]:
        result = {"sentences": [{"text": text} for text in sentences], "partial": partial, "is_final": False}
        return list(codec.receive(json.dumps(result)))

    assert list(codec.receive('{"event":"started"}')) == [Signal.READY]
    assert told("查") == [Sentence("查", False, 0)]
    assert told("明", "查余额。") == [Sentence("查余额。", True, 0), Sentence("明", False, 1)]
    assert told("", "查余额。", "明天。") == [Sentence("明天。", True, 1)]
    assert list(codec.receive('{"event":"stopped"}')) == [Signal.OVER]


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"options": {"kind": "grpc"}}, "runtime, nano, http"),
        ({"options": {"mode": "online"}}, "2pass, offline"),
        ({"options": {"kind": "nano", "endpoint": "ours"}}, "server, client"),
        ({"base_url": ""}, "address"),
        ({"options": {"url": "ws://127.0.0.1:10095"}}, "private network"),
    ],
)
def test_what_cannot_work_is_refused_before_anybody_calls(wrong: dict[str, Any], names: str):
    with pytest.raises(BadRequest, match=names):
        FunAsrStt(ProviderConfig(**{"base_url": "ws://funasr:10095", **wrong}))
