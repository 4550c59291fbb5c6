"""OpenAI's voices against their wire protocol, and servers that copy it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import date
from typing import Any, ClassVar

import pytest

from tests.contracts.tools import collect, pieces
from tests.contracts.tts import TtsContract, seconds
from tests.emulators import faults
from tests.emulators.openai_speech import OpenAiSpeechEmulator
from tests.emulators.openai_speech.server import Manner
from tests.voice_engine.providers.speech import beside
from voice_engine.kernel.errors import BadRequest, ProviderError, ProviderErrorKind
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.failures import Failures
from voice_engine.providers.openai_speech import models
from voice_engine.providers.rawsound import RawSound
from voice_engine.providers.tts.openai import OpenAiTts

pytestmark = pytest.mark.slow

FAULTS: dict[ProviderErrorKind, faults.Fault] = {
    "auth": faults.refuse(401, '{"error":{"message":"no key"}}'),
    "quota": faults.refuse(429, '{"error":{"message":"no credit","code":"insufficient_quota"}}'),
    "rate_limit": faults.refuse(429, retry_after=2),
    "bad_request": faults.fail("invalid_value", "no such voice"),
    "moderation": faults.fail("content_policy_violation", "not that"),
    "server": faults.refuse(503),
    "network": faults.drop(1),
    "timeout": faults.stall(),
}


def adapter(vendor: OpenAiSpeechEmulator, **more: Any) -> OpenAiTts:
    config = {"secrets": vendor.account, "base_url": vendor.url, "model": "gpt-4o-mini-tts", **more}
    return OpenAiTts(ProviderConfig(**config))


def openai(
    fault: faults.Fault | None = None, manner: Manner | None = None
) -> AbstractAsyncContextManager[OpenAiSpeechEmulator]:
    return beside(OpenAiSpeechEmulator(manner=manner), fault)


class TestRaw(TtsContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = tuple(FAULTS)

    @pytest.fixture
    async def tts(self) -> AsyncIterator[OpenAiTts]:
        async with openai() as vendor:
            yield adapter(vendor)

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[OpenAiTts]:
        async with openai(FAULTS[kind]) as vendor:
            yield adapter(vendor, timeout_s=0.4 if kind == "timeout" else 20)


class TestEvents(TtsContract):
    faults: ClassVar[tuple[ProviderErrorKind, ...]] = ("server", "network", "timeout")

    @pytest.fixture
    async def tts(self) -> AsyncIterator[OpenAiTts]:
        async with openai(manner=Manner(sse=True, key="delta")) as vendor:
            yield adapter(vendor, options={"events": True})

    @asynccontextmanager
    async def failing(self, kind: ProviderErrorKind) -> AsyncIterator[OpenAiTts]:
        fault = {"server": faults.garbage(1), "network": faults.end(1), "timeout": faults.stall(1)}[kind]
        async with openai(fault, Manner(sse=True)) as vendor:
            yield adapter(vendor, options={"events": True}, timeout_s=0.4 if kind == "timeout" else 20)


async def test_a_server_that_knows_no_events_is_heard_all_the_same():
    async with openai() as vendor:
        said = await collect(adapter(vendor, options={"events": True}).synthesize(pieces(["你好。"])))

    assert seconds(said) > 0.3
    assert vendor.spoken[0]["stream_format"] == "sse"


async def test_voice_speed_and_instructions_are_told_in_the_vendors_words():
    async with openai() as vendor:
        tts = adapter(vendor, voice="nova", speed=1.5, options={"instructions": "温柔一点"})
        await collect(tts.synthesize(pieces(["你好，", "再见。"])))

    assert vendor.spoken == [
        {
            "model": "gpt-4o-mini-tts", "voice": "nova", "input": "你好，再见。", "speed": 1.5,
            "response_format": "pcm", "instructions": "温柔一点",
        }
    ]  # fmt: skip


async def test_sentences_are_requested_over_connections_that_stay_open():
    text = [f"第{number}句话在这里。" for number in range(8)]
    async with openai() as vendor:
        tts = adapter(vendor)
        await collect(tts.synthesize(pieces(text)))
        await asyncio.gather(*(collect(tts.synthesize(pieces(text[:1]))) for _ in range(2)))

    assert vendor.requests == 10


async def test_a_server_that_sends_files_is_told_so():
    async with openai(manner=Manner(sound="audio/mpeg")) as vendor:
        with pytest.raises(ProviderError, match="audio/mpeg instead of raw PCM") as wrong:
            await collect(adapter(vendor).synthesize(pieces(["你好。"])))

    assert wrong.value.kind == "invalid_audio"


@pytest.mark.parametrize("kind", ["audio/mpeg", "audio/wav", "text/html; charset=utf-8"])
def test_an_answer_that_is_not_raw_sound_is_told_and_not_played(kind: str):
    sound = RawSound(Failures("openai", "OpenAI"), 24000)

    with pytest.raises(ProviderError, match="instead of raw PCM"):
        sound.check(kind)
    with pytest.raises(ProviderError, match="RIFF"):
        list(sound.frames(b"RIFF\x00\x00\x00\x00WAVEfmt "))


def test_half_a_sample_waits_for_its_other_half():
    sound = RawSound(Failures("openai", "OpenAI"), 24000)

    heard = [frame for piece in (b"\x01", b"\x00\x02\x00\x03", b"\x00") for frame in sound.frames(piece)]

    assert b"".join(frame.pcm for frame in heard) == b"\x01\x00\x02\x00\x03\x00"
    assert [frame.pts for frame in heard] == [0, 2]


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"model": ""}, "model"),
        ({"speed": 5.0}, "speed"),
        ({"model": "tts-1", "options": {"instructions": "softly"}}, "instructions"),
        ({"options": {"sampleRate": 1}}, "24000"),
        ({"options": {"url": "http://127.0.0.1:9"}}, "private network"),
    ],
)
def test_what_the_vendor_would_refuse_is_refused_before_anybody_calls(wrong: dict[str, Any], names: str):
    with pytest.raises(BadRequest, match=names):
        OpenAiTts(ProviderConfig(**{"model": "kokoro", **wrong}))


def test_a_retired_voice_is_refused_with_what_to_use_instead():
    with pytest.raises(BadRequest, match=r"gpt-realtime-2\.1-mini"):
        models.check("tts-1", "https://api.openai.com", date(2027, 1, 6))
