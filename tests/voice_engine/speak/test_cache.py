"""Sentences that are synthesised once."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from functools import partial

import pytest

from tests.voice_engine.speak.voices import CHAR, RATE, ToneTts
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Usage, WordTimes
from voice_engine.simulate.loop import run_virtual
from voice_engine.speak.cache import SentenceKey, SpeechCache, VoiceKey
from voice_engine.speak.synthesis import Sound, synthesise
from voice_engine.spec import VoiceSpec

VOICE = VoiceSpec(provider="tone", voice_id="a", language="zh")


def key(text: str, org_id: str = "o", voice: VoiceSpec = VOICE, rate: int = RATE) -> SentenceKey:
    return SentenceKey(VoiceKey.of(voice, rate, org_id), text, org_id)


def by(tts: ToneTts, text: str) -> Callable[[], AsyncGenerator[Sound, None]]:
    return partial(synthesise, tts, text, RATE)


async def heard(cache: SpeechCache, tts: ToneTts, text: str, org_id: str = "o") -> tuple[bytes, Usage]:
    sounds = [sound async for sound in cache.speak(key(text, org_id), by(tts, text))]
    usage = sounds[-1]
    assert isinstance(usage, Usage)
    return b"".join(sound for sound in sounds if isinstance(sound, bytes)), usage


def in_virtual_time(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    def run() -> None:
        run_virtual(test())

    run.__name__ = test.__name__
    return run


@in_virtual_time
async def test_the_second_to_ask_gets_it_at_once_and_pays_nothing():
    cache, tts = SpeechCache(), ToneTts()

    first, paid = await heard(cache, tts, "您好。")
    began = asyncio.get_running_loop().time()
    second, free = await heard(cache, tts, "您好。")

    assert first == second == CHAR * 3
    assert asyncio.get_running_loop().time() == began
    assert paid.quantities == {"characters": 3.0}
    assert free.quantities == {"characters": 0.0, "cachedCharacters": 3.0}
    assert tts.asked == ["您好。"]


@in_virtual_time
async def test_a_sentence_in_the_making_is_shared_as_it_comes():
    cache, tts = SpeechCache(), ToneTts(per_char_s=0.1)
    first = asyncio.create_task(heard(cache, tts, "您好您好。"))
    await asyncio.sleep(0.25)

    sound, usage = await heard(cache, tts, "您好您好。")

    assert sound == (await first)[0] == CHAR * 5
    assert tts.asked == ["您好您好。"]
    assert usage.quantities["characters"] == 0.0


@in_virtual_time
async def test_a_sentence_is_finished_for_others_when_its_first_listener_leaves():
    cache, tts = SpeechCache(), ToneTts(per_char_s=0.1)
    first = asyncio.create_task(heard(cache, tts, "您好。"))
    await asyncio.sleep(0.15)

    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    sound, _ = await heard(cache, tts, "您好。")

    assert sound == CHAR * 3
    assert tts.asked == ["您好。"]


@in_virtual_time
async def test_a_failed_synthesis_is_told_to_all_and_forgotten():
    cache, tts = SpeechCache(), ToneTts(breaks={"您好。": 1}, per_char_s=0.1)
    both = [asyncio.create_task(heard(cache, tts, "您好。")) for _ in range(2)]

    failures = await asyncio.gather(*both, return_exceptions=True)
    tts.breaks.clear()
    sound, _ = await heard(cache, tts, "您好。")

    assert [type(failure) for failure in failures] == [ProviderError] * 2
    assert sound == CHAR * 3


@in_virtual_time
async def test_word_times_are_kept_too():
    cache, tts = SpeechCache(), ToneTts(timed=True)
    await heard(cache, tts, "您好")

    again = [sound async for sound in cache.speak(key("您好"), by(tts, "您好"))]

    assert [sound.words for sound in again if isinstance(sound, WordTimes)] == [("您",), ("好",)]


@in_virtual_time
async def test_the_least_recently_used_is_dropped_first_and_the_limit_holds():
    cache, tts = SpeechCache(max_bytes=len(CHAR) * 9), ToneTts()
    for text in ("一一", "二二", "三三", "四四"):
        await heard(cache, tts, text)
    await heard(cache, tts, "一一")

    await heard(cache, tts, "五五")

    assert cache.bytes_kept <= len(CHAR) * 9
    await heard(cache, tts, "一一")
    await heard(cache, tts, "二二")
    assert tts.asked == ["一一", "二二", "三三", "四四", "五五", "二二"]


@in_virtual_time
async def test_a_sentence_that_would_fill_the_cache_is_not_kept():
    cache, tts = SpeechCache(max_bytes=len(CHAR) * 9), ToneTts()

    sound, _ = await heard(cache, tts, "一二三四五")

    assert sound == CHAR * 5
    assert cache.bytes_kept == 0


@in_virtual_time
async def test_one_organisation_never_hears_what_was_made_for_another():
    cache, tts = SpeechCache(), ToneTts()
    await heard(cache, tts, "王先生，您好。", "a")

    await heard(cache, tts, "王先生，您好。", "b")

    assert len(tts.asked) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"provider": "other"}, {"model": "m"}, {"voice_id": "b"}, {"speed": 1.1}, {"language": "en"},
        {"extra": {"pitch": 2}}, {"sealed_api_key": "own"},
    ],
)  # fmt: skip
def test_whatever_changes_the_sound_changes_the_key(other: dict[str, object]):
    assert key("您好", voice=VOICE.model_copy(update=other)) != key("您好")
    assert key("您好", rate=16_000) != key("您好")
    assert key("您好", voice=VOICE.model_copy(update={"chunks": VOICE.chunks})) == key("您好")


def test_a_voice_behind_an_own_credential_is_that_organisations_alone():
    own = VOICE.model_copy(update={"sealed_api_key": "sealed"})

    assert VoiceKey.of(own, RATE, "a") != VoiceKey.of(own, RATE, "b")
    assert VoiceKey.of(VOICE, RATE, "a") == VoiceKey.of(VOICE, RATE, "b")


@in_virtual_time
async def test_no_more_than_two_sentences_are_warmed_at_once():
    cache, tts = SpeechCache(), ToneTts(first_s=1.0)
    texts = ["一", "二", "三", "四", "五"]

    paid = await asyncio.gather(*(cache.warm(key(text), by(tts, text)) for text in texts))

    assert tts.asked_at == [0.0, 0.0, 1.0, 1.0, 2.0]
    assert all(usage and usage.quantities == {"characters": 1.0} for usage in paid)
    assert await cache.warm(key("一"), by(tts, "一")) is None


@in_virtual_time
async def test_closing_stops_what_is_being_made_and_tells_who_waits():
    cache, tts = SpeechCache(), ToneTts(first_s=60.0)
    waiting = asyncio.create_task(heard(cache, tts, "您好。"))
    await asyncio.sleep(0.1)

    await cache.close()

    with pytest.raises(ProviderError):
        await waiting
    assert asyncio.get_running_loop().time() < 1.0
