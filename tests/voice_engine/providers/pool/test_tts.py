"""Voices in a pool: before the first sound nobody notices, after it whoever speaks is told."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from tests.voice_engine.providers.pool.vendors import HANG, Diary, ScriptedTts, broken, member, nobody_is_busy
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Usage
from voice_engine.providers.pool.tts import PoolTts
from voice_engine.simulate.loop import run_virtual


class Voices:
    """A pool of voices that follow scripts."""

    def __init__(
        self, *scripts: Sequence[Any], again: Sequence[Any] = (), rates: Sequence[int] = (16000,) * 4
    ):
        self.diary = Diary()
        self.voices = [
            ScriptedTts([script, again] if again else [script], name, rate=rate)
            for script, name, rate in zip(scripts, "abcd", rates, strict=False)
        ]
        self.members = [member(voice, "tts") for voice in self.voices]
        self.pool = PoolTts(self.members, self.diary.troubles)
        self.heard: list[AudioFrame] = []
        self.used: list[Usage] = []

    async def say(self, *pieces: str | float | Exception) -> ProviderError | None:
        """Speak; the failure, if it fails. A number among the pieces is a pause of the text's author."""
        try:
            async for sound in self.pool.synthesize(_text(pieces)):
                if isinstance(sound, AudioFrame):
                    self.heard.append(sound)
                elif isinstance(sound, Usage):
                    self.used.append(sound)
        except ProviderError as error:
            return error
        finally:
            assert [voice.open for voice in self.voices] == [0] * len(self.voices)
            assert nobody_is_busy(self.members)
            assert len(asyncio.all_tasks()) == 1
        return None

    @property
    def text(self) -> str:
        return "".join(chr(int.from_bytes(frame.pcm[:2], "little")) for frame in self.heard)


async def _text(pieces: Sequence[str | float | Exception]) -> Any:
    for piece in pieces:
        if isinstance(piece, Exception):
            raise piece
        if isinstance(piece, float):
            await asyncio.sleep(piece)
        else:
            yield piece


def test_a_healthy_voice_speaks_alone():
    voices = Voices([0.1, "你好", Usage({"characters": 2.0})], ["再见"])

    assert run_virtual(voices.say("你好")) is None
    assert voices.text == "你好"
    assert (voices.used[-1].quantities["characters"], voices.used[-1].provider) == (2.0, "a")
    assert voices.diary.story == []


@pytest.mark.parametrize("kind", ["server", "network", "auth", "rate_limit", "bad_request", "timeout"])
def test_a_voice_that_fails_before_its_first_sound_is_replaced_unnoticed(kind: Any):
    voices = Voices([0.05, broken(kind)], [0.1, "你好"])

    assert run_virtual(voices.say("你", "好")) is None
    assert voices.text == "你好"
    assert [voice.asked for voice in voices.voices][1] == ["你好"]
    assert voices.diary.story[-1] == "failed-over a b"


def test_a_voice_that_ends_without_a_sound_is_replaced():
    voices = Voices([0.05, Usage({"characters": 2.0})], [0.1, "你好"])

    assert run_virtual(voices.say("你好")) is None
    assert voices.text == "你好"


def test_nothing_to_say_is_no_failure():
    voices = Voices([0.05], ["x"])

    assert run_virtual(voices.say(" ")) is None
    assert voices.diary.story == []


def test_a_late_voice_is_hedged():
    voices = Voices([HANG], [0.1, "你好"])

    assert run_virtual(_timed(voices.say("你好"))) == pytest.approx(1.02, abs=0.02)
    assert voices.text == "你好"
    assert voices.diary.story == ["hedged a b", "lost a"]
    assert voices.diary.pages[1].usage.quantities == {"characters": 2.0}


def test_a_voice_is_not_late_while_its_text_is():
    voices = Voices([0.1, "你好"], ["x"])

    run_virtual(voices.say("你", 5.0, "好"))

    assert voices.text == "你好"
    assert voices.diary.story == []


@pytest.mark.parametrize("fault", [HANG, broken("network"), broken("quota")])
def test_a_break_after_the_first_sound_is_told_and_the_next_voice_says_the_rest(fault: Any):
    async def run() -> tuple[ProviderError | None, ProviderError | None]:
        return await voices.say("你好吗"), await voices.say("好吗")

    voices = Voices(["你", fault], ["好吗"])
    first, second = run_virtual(run())

    assert first is not None
    assert first.retryable
    assert second is None
    assert voices.text == "你好吗"
    assert [len(voice.asked) for voice in voices.voices] == [1, 1]


def test_a_voice_that_broke_off_rests_and_then_is_asked_again():
    async def run() -> None:
        await voices.say("你好")
        await voices.say("好")
        await asyncio.sleep(120)
        await voices.say("再见")

    voices = Voices(["你", broken("network")], ["好"], again=["再见"])
    run_virtual(run())

    assert [len(voice.asked) for voice in voices.voices] == [2, 1]


def test_a_voice_that_is_alone_may_say_the_rest_itself():
    async def run() -> tuple[ProviderError | None, ProviderError | None]:
        return await voices.say("你好"), await voices.say("好")

    voices = Voices(["你", HANG], again=["好"])
    first, second = run_virtual(run())

    assert first is not None
    assert first.retryable
    assert second is None
    assert voices.text == "你好"


def test_a_voice_that_is_alone_and_has_no_credit_left_is_not_asked_for_the_rest():
    voices = Voices(["你", broken("quota")])
    error = run_virtual(voices.say("你好"))

    assert error is not None
    assert not error.retryable


def test_frames_have_the_rate_of_the_voice_that_speaks():
    voices = Voices([broken()], ["你"], rates=[24000, 16000])
    run_virtual(voices.say("你"))

    assert [frame.rate for frame in voices.heard] == [16000]
    assert voices.pool.capabilities.sample_rates == (24000, 16000)


def test_what_was_cut_off_is_billed_to_who_spoke():
    voices = Voices([broken()], ["你", HANG])
    run_virtual(voices.say("你好"))

    assert (voices.used[-1].provider, voices.used[-1].quantities) == ("b", {"characters": 2.0})


def test_a_failure_of_the_text_is_nobodys_fault():
    voices = Voices(["你"], ["x"])
    error = run_virtual(voices.say("你", broken("network")))

    assert error is not None
    assert voices.diary.story == []
    assert voices.voices[1].asked == []


def test_closing_while_two_voices_are_asked_leaves_nothing():
    async def run() -> None:
        stream = voices.pool.synthesize(_text(["你好"]))
        reading = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(1.0)
        reading.cancel()
        await asyncio.wait([reading])
        await stream.aclose()
        assert [voice.open for voice in voices.voices] == [0, 0]
        assert len(asyncio.all_tasks()) == 1

    voices = Voices([HANG], [HANG])
    run_virtual(run())


async def _timed(step: Any) -> float:
    await step
    return asyncio.get_running_loop().time()
