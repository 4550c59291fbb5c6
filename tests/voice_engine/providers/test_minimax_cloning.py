"""Voices of one's own at MiniMax, against its interface."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.emulators import faults
from tests.emulators.minimax import MiniMaxEmulator
from tests.emulators.target import Target, reply
from tests.emulators.vendor import apart
from voice_engine.kernel.errors import BadRequest, NotFound, ProviderError
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.cloning import NewVoice, Sample
from voice_engine.providers.minimax.cloning import MiniMaxCloner

SAMPLE = Sample(audio=b"RIFF" + bytes(2000), media_type="audio/wav")


@pytest.fixture
async def vendor() -> AsyncIterator[MiniMaxEmulator]:
    async with apart(MiniMaxEmulator()) as vendor:
        yield vendor
    assert vendor.violations == []


def cloner(vendor: MiniMaxEmulator, **more: Any) -> MiniMaxCloner:
    account = {"secrets": vendor.account, "api_key": vendor.account["apiKey"], "base_url": vendor.url}
    return MiniMaxCloner(ProviderConfig(**{**account, **more}))


async def test_a_copied_voice_is_listed_found_and_deleted(vendor: MiniMaxEmulator):
    voices = cloner(vendor)

    made = await voices.create(NewVoice("anna", "speech-2.6-turbo", SAMPLE, consent="Anna, in writing"))

    assert made.id.startswith("yingda-anna-")
    assert [voice.id for voice in await voices.list()] == [made.id]
    assert (await voices.get(made.id)).created == "2026-11-20"
    await voices.delete(made.id)
    assert await voices.list() == ()
    with pytest.raises(NotFound):
        await voices.delete(made.id)


async def test_a_voice_is_designed_from_words_and_heard_at_once(vendor: MiniMaxEmulator):
    voices = cloner(vendor)

    made = await voices.create(NewVoice("bo", "speech-2.6-hd", description="a calm old man"))

    assert made.preview == b"ID3"
    assert (await voices.get(made.id)).id == made.id
    await voices.delete(made.id)


async def test_a_sample_is_fetched_only_from_where_it_may_be(vendor: MiniMaxEmulator):
    with Target(reply(body=b"RIFF" + bytes(500))) as place:
        wanted = NewVoice("anna", "speech-2.6-turbo", Sample(url=place.url), consent="yes")
        with pytest.raises(ProviderError) as failure:
            await cloner(vendor).create(wanted)
        assert failure.value.kind == "bad_request"

        made = await cloner(vendor, options={"allowedTargets": ("127.0.0.0/8",)}).create(wanted)

    assert vendor.cloning.voices[made.id]["need_noise_reduction"] is True


async def test_the_vendors_refusals_are_told_in_its_words(vendor: MiniMaxEmulator):
    with pytest.raises(ProviderError) as failure:
        await cloner(vendor, api_key="sk-wrong").list()

    told = (failure.value.kind, failure.value.vendor_code, failure.value.request_id)
    assert told == ("auth", "1004", "trace-http")


async def test_a_refused_request_is_a_provider_error(vendor: MiniMaxEmulator):
    vendor.fault = faults.refuse(429, "slow down")

    with pytest.raises(ProviderError) as failure:
        await cloner(vendor).list()

    assert failure.value.kind == "rate_limit"


@pytest.mark.parametrize(
    "wanted",
    [
        NewVoice("anna", "m", SAMPLE),
        NewVoice("anna", "m", Sample(audio=b"x", media_type="audio/flac"), consent="yes"),
        NewVoice("anna", "m", Sample(audio=bytes(11 * 1024 * 1024)), consent="yes"),
    ],
    ids=["without consent", "another format", "too large"],
)
async def test_what_cannot_be_copied_is_refused_before_the_vendor_is_asked(
    vendor: MiniMaxEmulator, wanted: NewVoice
):
    with pytest.raises(BadRequest):
        await cloner(vendor).create(wanted)

    assert vendor.cloning.files == {}
