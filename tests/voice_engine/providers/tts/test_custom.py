"""A tenant's own voice by Vapi's voice-request."""

import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, ClassVar

import pytest

from tests.contracts.tools import collect, pieces
from tests.contracts.tts import TtsContract
from tests.emulators import faults
from tests.emulators.custom import CustomEmulator
from tests.emulators.target import Target, reply
from tests.voice_engine.providers.speech import beside
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.tts.custom import CustomTts

pytestmark = pytest.mark.slow

LOOPBACK = ("127.0.0.0/8",)
FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.refuse(403),
    "rate_limit": faults.refuse(429, retry_after=1),
    "bad_request": faults.refuse(404, "no such path"),
    "server": faults.end("start"),
    "network": faults.drop(1),
    "timeout": faults.stall(1),
}


def adapter(vendor: CustomEmulator, timeout_s: float = 20.0, **options: Any) -> CustomTts:
    given = {"server": vendor.server("voice"), "allowedTargets": LOOPBACK, **options}
    return CustomTts(ProviderConfig(options=given, timeout_s=timeout_s))


def server(fault: faults.Fault | None = None) -> AbstractAsyncContextManager[CustomEmulator]:
    return beside(CustomEmulator(), fault)


class TestCustom(TtsContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def tts(self) -> AsyncIterator[CustomTts]:
        async with server() as vendor:
            yield adapter(vendor)

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[CustomTts]:
        async with server(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20.0)


async def test_the_server_gets_the_text_the_rate_and_what_the_call_is_about():
    async with server() as vendor:
        tts = adapter(vendor, sampleRate=8000, message={"call": {"id": "call-1"}})
        await collect(tts.synthesize(pieces(["你好。"])))

    (asked,) = vendor.asked
    assert asked.pop("timestamp") > 1_700_000_000_000
    assert asked == {"type": "voice-request", "text": "你好。", "sampleRate": 8000, "call": {"id": "call-1"}}


async def test_a_server_that_does_not_answer_in_its_time_is_late():
    async with server(faults.stall()) as vendor:
        tts = adapter(vendor, server=vendor.server("voice", timeoutSeconds=0.2))
        with pytest.raises(ProviderError) as late:
            await collect(tts.synthesize(pieces(["你好。"])))

    assert late.value.kind == "timeout"


async def test_a_name_that_leads_inside_is_refused_when_it_is_resolved(monkeypatch: pytest.MonkeyPatch):
    def inwards(*_: Any, **__: Any) -> list[Any]:
        return [(2, 1, 6, "", ("127.0.0.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", inwards)
    async with server() as vendor:
        theirs = {"url": f"http://inside.example:{vendor.port}/voice"}
        tts = adapter(vendor, server=theirs, allowedTargets=())
        with pytest.raises(ProviderError, match="private network") as refused:
            await collect(tts.synthesize(pieces(["你好。"])))

    assert (refused.value.kind, vendor.asked) == ("bad_request", [])


async def test_a_file_instead_of_raw_sound_is_told_and_not_played():
    async with server() as vendor:
        vendor.content_type = "audio/mpeg"
        with pytest.raises(ProviderError, match="audio/mpeg instead of raw PCM") as wrong:
            await collect(adapter(vendor).synthesize(pieces(["你好。"])))

    assert wrong.value.kind == "invalid_audio"


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, "address"),
        ({"server": {"url": "http://169.254.169.254/latest"}}, "refused"),
        ({"server": {"url": "https://voice.example", "headers": {"a\nb": "c"}}}, "header"),
        ({"server": {"url": "https://voice.example", "timeoutSeconds": 0}}, "timeoutSeconds"),
        ({"server": {"url": "https://voice.example"}, "sampleRate": 44100}, "24000, 22050, 16000, 8000"),
    ],
)
def test_what_cannot_work_is_refused_before_anybody_calls(options: dict[str, Any], names: str):
    with pytest.raises(BadRequest, match=names):
        CustomTts(ProviderConfig(options=options))


async def test_a_server_sees_who_asks_and_a_refused_token_is_fetched_anew():
    sound = reply(200, b"\x00\x10" * 2400, "content-type: application/octet-stream\r\n")
    with Target(*(reply(200, b'{"access_token":"t%d"}' % n) for n in (1, 2))) as desk, Target() as voice:
        voice.script = [reply(401), sound]
        plan = {"type": "oauth2", "url": desk.url, "clientId": "me"}
        theirs = {"url": voice.url, "proof": {"plan": plan, "secrets": {"clientSecret": "s"}}}
        tts = CustomTts(ProviderConfig(options={"server": theirs, "allowedTargets": LOOPBACK}))
        with pytest.raises(ProviderError) as refused:
            await collect(tts.synthesize(pieces(["你好。"])))
        await collect(tts.synthesize(pieces(["你好。"])))

    assert refused.value.kind == "auth"
    assert [seen.headers["authorization"] for seen in voice.seen] == ["Bearer t1", "Bearer t2"]
