"""A tenant's own recogniser by Vapi's WebSocket contract."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.contracts.stt import SttContract, Utterance, finals
from tests.contracts.tools import assert_no_task_since, collect, pieces, then_silence, within
from tests.emulators import faults
from tests.emulators.custom import CustomEmulator
from tests.emulators.target import Target, certificate, reply
from tests.voice_engine.providers.faults_everywhere import STT_FAULTS
from tests.voice_engine.providers.speech import SAID, SCRIPT, beside, conversation
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import Flush, ProviderConfig
from voice_engine.providers.sentences import Sentence
from voice_engine.providers.stt.custom import CustomStt, _Codec

pytestmark = pytest.mark.slow

LOOPBACK = ("127.0.0.0/8",)
FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.refuse(401, "who are you?"),
    "rate_limit": faults.refuse(429),
    "server": faults.odd(0),
    "network": faults.drop(0),
    "bad_request": faults.close(1008, "not today", at=0),
}


def adapter(vendor: CustomEmulator, **more: Any) -> CustomStt:
    options = {"server": vendor.server("transcriber"), "allowedTargets": LOOPBACK, "closeWaitMs": 300}
    return CustomStt(ProviderConfig(options={**options, **more.pop("options", {})}, **more))


def server(fault: faults.Fault | None = None) -> AbstractAsyncContextManager[CustomEmulator]:
    return beside(CustomEmulator(SCRIPT), fault)


def talk() -> list[Any]:
    """Two utterances and the silence that follows each, as a caller's line brings it."""
    quiet = Utterance(bytes(16000), "")
    return [item for one in conversation() for item in (*one.frames(), *quiet.frames(), Flush())]


class TestCustom(SttContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def stt(self) -> AsyncIterator[CustomStt]:
        async with server() as vendor:
            yield adapter(vendor)

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        first, second = conversation()
        quiet = bytes(12000)  # their ear ends sentences by silence, which a caller's line always brings
        return Utterance(first.pcm + quiet, first.text), Utterance(second.pcm + quiet, second.text)

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[CustomStt]:
        async with server(FAULTS[kind]) as vendor:
            yield adapter(vendor)


async def test_what_is_said_of_the_assistants_channel_is_ignored():
    async with server() as vendor:
        heard = await collect(adapter(vendor).transcribe(pieces(talk())))

    assert finals(heard) == [text for _, text in SAID]


@pytest.mark.parametrize(
    "fault",
    [one for one in STT_FAULTS if one.at != "start" or one.kind in ("refuse", "drop", "garbage")],
    ids=lambda f: f"{f.kind}-{f.at}-{f.status}",
)
async def test_whatever_breaks_is_told_in_time_and_leaves_nothing(fault: faults.Fault):
    before = asyncio.all_tasks()
    async with server(fault) as vendor:
        with pytest.raises(ProviderError) as broken:
            await collect(adapter(vendor, timeout_s=0.4).transcribe(then_silence(talk())))

    assert broken.value.vendor == "custom-transcriber"
    await assert_no_task_since(before)


async def test_over_tls_the_certificate_must_have_the_tenants_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    """The connection goes to the judged address; the name stays."""

    def here(*_: Any, **__: Any) -> list[Any]:
        return [(2, 1, 6, "", ("127.0.0.1", 0))]

    theirs, trusting = certificate(tmp_path, "ears.example")
    monkeypatch.setattr("voice_engine.providers.duplex.socket._tls", lambda: trusting)
    monkeypatch.setattr(socket, "getaddrinfo", here)
    kinds = []
    with Target(reply(401), tls=theirs) as target:
        for host in ("ears.example", "others.example"):
            options = {"server": {"url": f"wss://{host}:{target.port}/x"}, "allowedTargets": LOOPBACK}
            with pytest.raises(ProviderError) as refused:
                await collect(CustomStt(ProviderConfig(options=options)).transcribe(then_silence(talk())))
            kinds.append(refused.value.kind)

    assert kinds == ["auth", "network"]
    assert target.seen[0].headers["host"] == f"ears.example:{target.port}"


@pytest.mark.parametrize("fault", [faults.stall(0), faults.deaf("start")], ids=lambda fault: fault.kind)
async def test_a_server_that_says_nothing_leaves_no_flush_unanswered(fault: faults.Fault):
    async with server(fault) as vendor:
        stt = adapter(vendor, timeout_s=0.4, options={"finalWaitMs": 100})
        heard = await collect(stt.transcribe(pieces(talk())))

    assert len(finals(heard)) == 2


async def test_an_address_inside_is_refused_when_it_is_resolved():
    async with server() as vendor:
        options = {
            "server": {"url": f"ws://inside.example:{vendor.port}/transcriber"},
            "allowedTargets": (),
        }
        stt = CustomStt(ProviderConfig(options=options))

        def inwards(*_: Any, **__: Any) -> list[Any]:
            return [(2, 1, 6, "", ("127.0.0.1", vendor.port))]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(socket, "getaddrinfo", inwards)
            with pytest.raises(ProviderError, match="private network") as refused:
                await within(anext(stt.transcribe(pieces(talk()))))

    assert refused.value.kind == "bad_request"
    assert vendor.connections == 0


def test_an_address_inside_is_refused_before_anybody_calls():
    with pytest.raises(BadRequest, match="private network"):
        CustomStt(ProviderConfig(options={"server": {"url": "wss://192.168.1.4/ears"}}))


def test_the_words_on_the_wire_are_vapis():
    codec = _Codec()

    assert list(codec.begin(16000)) == [
        '{"type":"start","encoding":"linear16","container":"raw","sampleRate":16000,"channels":2}'
    ]
    assert list(codec.audio(b"\x01\x02\x03\x04")) == [b"\x01\x02\x00\x00\x03\x04\x00\x00"]
    assert list(codec.receive('{"type":"transcriber-response","transcription":"好"}')) == [
        Sentence("好", True)
    ]
    assert list(codec.receive(
        '{"type":"transcriber-response","transcription":"好","channel":"assistant"}'
    )) == []  # fmt: skip


def test_the_assistants_channel_is_silent():
    frame = AudioFrame(bytes(range(200)) * 2, 16000, 0)

    (stereo,) = _Codec().audio(frame.pcm)

    assert stereo[2::4] + stereo[3::4] == bytes(len(frame.pcm))
