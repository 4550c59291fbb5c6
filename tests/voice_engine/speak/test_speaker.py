"""Replies through a voice into a playout, in virtual time."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voice_engine.speak.voices import CHAR, CHAR_S, RATE, ToneTts, Watched, played
from voice_engine.kernel.errors import ProviderError
from voice_engine.simulate.loop import run_virtual
from voice_engine.speak.cache import SpeechCache
from voice_engine.speak.pacing import Playout
from voice_engine.speak.phrases import CODE, FILLERS
from voice_engine.speak.speaker import Speaker
from voice_engine.spec import ChunkSpec, VoiceSpec

SPEC = VoiceSpec(provider="tone", language="zh")


async def text_of(*pieces: str | float) -> AsyncGenerator[str, None]:
    """Texts, with pauses of so many seconds between them."""
    for piece in pieces:
        if isinstance(piece, str):
            yield piece
        else:
            await asyncio.sleep(piece)


class Talk:
    """One speaker with everything around it."""

    def __init__(self, tts: ToneTts | None = None, cache: SpeechCache | None = None, **spec: Any) -> None:
        self.tts = tts or ToneTts()
        self.playout, self.watched = Playout(RATE), Watched()
        voice = SPEC.model_copy(update=spec)
        self.speaker = Speaker(self.tts, self.playout, RATE, "zh", spec=voice, org_id="o", cache=cache)
        self.speaker.begin()

    async def says(self, *pieces: str | float) -> None:
        await self.speaker.say(text_of(*pieces), self.watched)

    @property
    def characters_waiting(self) -> float:
        return round(self.playout.waiting_s / CHAR_S, 3)

    def all_heard(self) -> str:
        return self.speaker.heard.heard(100.0)


def in_virtual_time(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    def run() -> None:
        run_virtual(test())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


# ── streaming ────────────────────────────────────────────────────────────────────────────────────────


@in_virtual_time
async def test_the_first_clause_is_asked_for_while_the_model_still_writes():
    talk = Talk()

    await talk.says("您好，我是小应，", 1.0, "很高兴为您服务。")

    assert talk.tts.asked == ["您好，我是小应，", "很高兴为您服务。"]
    assert talk.tts.asked_at[0] == 0.0
    assert talk.all_heard() == "您好，我是小应，很高兴为您服务。"


@in_virtual_time
async def test_the_next_clause_is_asked_for_as_soon_as_the_sound_of_the_last_one_is_there():
    talk = Talk(ToneTts(first_s=0.1, per_char_s=0.05))

    await talk.says("您好，我是小应。很高兴为您服务。")

    assert talk.tts.asked_at == pytest.approx([0.0, 0.1 + 0.05 * len("您好，我是小应。")])


@in_virtual_time
async def test_text_is_read_on_while_sound_is_made():
    talk, done = Talk(ToneTts(per_char_s=0.5)), []

    async def words() -> AsyncGenerator[str, None]:
        yield "好的，我来查一下。"
        yield "您的余额是五元。"
        done.append(asyncio.get_running_loop().time())

    await talk.speaker.say(words(), talk.watched)

    assert done == [0.0]


@in_virtual_time
async def test_a_model_that_says_everything_in_one_piece_holds_nobody_up():
    talk, began = Talk(ToneTts(per_char_s=1.0)), time.perf_counter()

    speaking = asyncio.create_task(talk.says("很长的一段话，" * 20_000))
    while not talk.watched.clauses:  # noqa: ASYNC110  # nobody announces it
        await asyncio.sleep(0)

    assert time.perf_counter() - began < 0.1
    speaking.cancel()


@in_virtual_time
async def test_a_model_is_not_read_further_ahead_than_ten_clauses():
    talk, given_out = Talk(ToneTts(per_char_s=1.0)), []

    async def words() -> AsyncGenerator[str, None]:
        for number in range(30):
            given_out.append(number)
            yield "好的呀。"

    task = asyncio.create_task(talk.speaker.say(words(), talk.watched))
    await asyncio.sleep(0.5)

    assert len(given_out) == 12
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    "pieces", [("请稍等<flush />", 1.0, "好了"), ("请稍等<fl", "ush", " />", 1.0, "好了")]
)
def test_a_flush_in_the_text_speaks_what_there_is_and_is_never_spoken(pieces: tuple[str | float, ...]):
    async def test() -> None:
        talk = Talk()

        await talk.says(*pieces)

        assert talk.tts.asked == ["请稍等", "好了"]
        assert talk.tts.asked_at[0] < 0.5
        assert talk.all_heard() == "请稍等好了"

    run_virtual(test())


@in_virtual_time
async def test_a_model_that_breaks_is_told_after_what_it_said_has_been_spoken():
    talk = Talk()

    async def words() -> AsyncGenerator[str, None]:
        yield "好的，没问题。"
        raise ProviderError("server", "model", "Broken.")

    with pytest.raises(ProviderError):
        await talk.speaker.say(words(), talk.watched)

    assert talk.tts.asked == ["好的，没问题。"]


@in_virtual_time
async def test_a_reply_that_was_left_brings_nothing_into_the_next_one():
    talk = Talk(ToneTts(first_s=0.2, per_char_s=0.05))
    old = asyncio.create_task(talk.says("旧的旧的旧的旧的旧的旧的。"))
    await asyncio.sleep(0.4)

    talk.speaker.begin()
    await asyncio.sleep(2.0)

    assert talk.playout.waiting_s == 0.0
    assert talk.all_heard() == ""
    await old


# ── what is not for the ear ──────────────────────────────────────────────────────────────────────────


@in_virtual_time
async def test_what_has_nothing_to_say_is_in_the_history_and_asks_no_voice():
    talk = Talk()

    await talk.says("好的。\n---\n😊\n再见。")

    assert talk.tts.asked == ["好的。", "再见。"]
    assert talk.all_heard() == "好的。\n---\n😊\n再见。"
    assert talk.speaker.heard.heard(3 * CHAR_S + 0.01).startswith("好的。")


@in_virtual_time
async def test_code_is_not_read_aloud_but_mentioned():
    talk = Talk()

    await talk.says("可以这样写：```python\nfor a in b:\n  print('好。')\n```", "\n就行了。")

    assert talk.tts.asked == ["可以这样写：", CODE["zh"], "就行了。"]
    assert talk.all_heard() == f"可以这样写：{CODE['zh']}\n就行了。"


@in_virtual_time
async def test_an_assistant_may_have_words_spoken_in_its_own_way():
    chunks = ChunkSpec.model_validate(
        {
            "replacements": (
                {"find": "VIP", "say": "贵宾"},
                {"find": r"API(\d)", "say": "接口", "pattern": True},
                {"find": "(a+)+$", "say": "慢", "pattern": True},
            )
        }
    )
    talk = Talk(chunks=chunks)

    await talk.says("VIP用户请调用API2。aaaaaaaaaaaaaaaaaaaaaaaa!")

    assert talk.tts.asked[0] == "贵宾用户请调用接口。"
    assert talk.all_heard().startswith("VIP用户请调用API2。")


@in_virtual_time
async def test_numbers_may_be_left_to_the_voice():
    talk = Talk(chunks=ChunkSpec(written_out=False))

    await talk.says("**共105元**。")

    assert talk.tts.asked == ["共105元。"]


# ── voices that fail ─────────────────────────────────────────────────────────────────────────────────


@in_virtual_time
async def test_a_voice_that_breaks_in_mid_clause_is_asked_for_the_rest_only():
    talk = Talk(ToneTts(breaks={"您的余额是一千二百九十九元整。": 7}, timed=True))

    await talk.says("您的余额是1299元整。")

    assert talk.tts.asked == ["您的余额是一千二百九十九元整。", "一千二百九十九元整。"]
    assert talk.characters_waiting == len("您的余额是" + "一千二百九十九元整。")
    assert talk.all_heard() == "您的余额是1299元整。"
    assert talk.watched.billed == len("您的余额是一千二百九十九元整。" + "一千二百九十九元整。")


@given(st.integers(1, 13))
@settings(max_examples=13, deadline=None)
def test_wherever_a_voice_breaks_no_character_is_said_twice_or_left_out(at: int):
    async def test() -> None:
        text = "今天天气很好我们去公园玩吧"
        talk = Talk(ToneTts(breaks={text: at}, timed=True))

        await talk.says(text)

        assert talk.tts.asked[1:] == ([text[at:]] if at < len(text) else [])
        assert talk.characters_waiting == len(text)
        assert talk.all_heard() == text

    run_virtual(test())


@in_virtual_time
async def test_a_voice_that_breaks_twice_in_one_clause_has_failed():
    talk = Talk(ToneTts(breaks={"今天天气很好。": 3, "气很好。": 2}, timed=True))

    with pytest.raises(ProviderError):
        await talk.says("今天天气很好。")

    assert talk.all_heard().startswith("今天天")
    assert len(talk.tts.asked) == 2


@in_virtual_time
async def test_a_voice_that_breaks_before_its_first_sound_is_not_asked_again():
    talk = Talk(ToneTts(breaks={"好的。": 0}))

    with pytest.raises(ProviderError):
        await talk.says("好的。")

    assert talk.tts.asked == ["好的。"]


@in_virtual_time
async def test_a_wrong_key_is_not_tried_twice():
    talk = Talk(ToneTts(breaks={"今天天气很好。": 3}, retryable=False))

    with pytest.raises(ProviderError):
        await talk.says("今天天气很好。")

    assert len(talk.tts.asked) == 1


@in_virtual_time
async def test_a_voice_without_any_sound_has_failed():
    talk = Talk(ToneTts(silent=True))

    with pytest.raises(ProviderError) as failed:
        await talk.says("好的。")

    assert failed.value.code == "tone.server"
    assert talk.all_heard() == ""


# ── interjections ────────────────────────────────────────────────────────────────────────────────────


@in_virtual_time
async def test_a_filler_is_spoken_before_an_answer_that_is_slow():
    talk = Talk()
    reply = asyncio.create_task(talk.says(2.0, "余额是五元。"))
    await asyncio.sleep(0.5)

    assert await talk.speaker.interject(FILLERS["zh"][0])
    await reply

    assert talk.tts.asked == [FILLERS["zh"][0], "余额是五元。"]
    assert talk.all_heard() == FILLERS["zh"][0] + "余额是五元。"
    assert talk.speaker.heard.answered(100.0) == "余额是五元。"
    assert talk.watched.clauses == ["余额是五元。"]


@in_virtual_time
async def test_a_filler_stands_between_two_clauses_and_splits_none():
    talk = Talk(ToneTts(first_s=0.3))
    reply = asyncio.create_task(talk.says("我来看看。", 2.0, "余额是五元。"))
    await asyncio.sleep(0.1)

    assert await talk.speaker.interject("请稍等。")
    await reply

    assert talk.all_heard() == "我来看看。请稍等。余额是五元。"
    assert talk.characters_waiting == len("我来看看。请稍等。余额是五元。")


@in_virtual_time
async def test_an_answer_never_waits_for_a_filler():
    talk = Talk(ToneTts(first_s=1.0))
    reply = asyncio.create_task(talk.says(0.5, "余额是五元。"))
    await asyncio.sleep(0.2)

    spoken = await talk.speaker.interject("请稍等。")
    await reply

    assert not spoken
    assert talk.tts.asked_at == pytest.approx([0.2, 0.5])
    assert talk.all_heard() == "余额是五元。"


@in_virtual_time
async def test_there_is_nothing_to_interject_into_when_nobody_speaks():
    talk = Talk()

    assert not await talk.speaker.interject("请稍等。")
    await talk.says("好的。")
    assert not await talk.speaker.interject("请稍等。")


@in_virtual_time
async def test_a_filler_that_comes_after_its_reply_was_left_is_dropped():
    talk = Talk()
    reply = asyncio.create_task(talk.says(2.0, "余额是五元。"))
    await asyncio.sleep(0.1)
    filler = asyncio.create_task(talk.speaker.interject("请稍等。"))
    await asyncio.sleep(0.05)

    talk.speaker.begin()

    assert not await filler
    assert talk.playout.waiting_s == 0.0
    reply.cancel()
    await asyncio.gather(reply, return_exceptions=True)


@in_virtual_time
async def test_a_filler_whose_voice_fails_harms_nobody():
    talk = Talk(ToneTts(breaks={"请稍等。": 1}))
    reply = asyncio.create_task(talk.says(1.0, "余额是五元。"))
    await asyncio.sleep(0.1)

    assert not await talk.speaker.interject("请稍等。")
    await reply

    assert talk.all_heard() == "余额是五元。"


@in_virtual_time
async def test_an_inserted_sentence_comes_after_all_that_was_written_before_it():
    talk = Talk(ToneTts(first_s=0.5))

    async def words() -> AsyncGenerator[str, None]:
        yield "好的，没问题。我来看看。这就查"
        assert await talk.speaker.insert("正在查询。")
        assert talk.characters_waiting == len("好的，没问题。我来看看。这就查正在查询。")
        await asyncio.sleep(3.0)
        yield "余额是五元。"

    await talk.speaker.say(words(), talk.watched)

    assert talk.tts.asked == ["好的，没问题。", "我来看看。", "这就查", "正在查询。", "余额是五元。"]
    assert talk.all_heard() == "好的，没问题。我来看看。这就查正在查询。余额是五元。"
    assert talk.speaker.heard.answered(100.0) == "好的，没问题。我来看看。这就查余额是五元。"
    assert talk.tts.asked_at[3] < 3.0


@in_virtual_time
async def test_nothing_can_be_inserted_where_nobody_speaks():
    talk = Talk()

    assert not await talk.speaker.insert("正在查询。")
    await talk.says("好的。")
    assert not await talk.speaker.insert("正在查询。")


@in_virtual_time
async def test_who_waits_for_an_inserted_sentence_is_told_when_its_reply_was_left():
    talk = Talk(ToneTts(first_s=60.0))
    reply = asyncio.create_task(talk.says("好的，没问题。", 2.0))
    await asyncio.sleep(0.1)
    inserted = asyncio.create_task(talk.speaker.insert("正在查询。"))
    await asyncio.sleep(0.1)

    reply.cancel()

    assert not await inserted
    assert asyncio.get_running_loop().time() < 1.0


# ── given sentences ──────────────────────────────────────────────────────────────────────────────────


@in_virtual_time
async def test_a_greeting_that_is_known_is_there_at_once_and_costs_nothing():
    cache, tts = SpeechCache(), ToneTts()
    first, second = Talk(tts, cache), Talk(tts, cache)
    await first.speaker.recite("您好，我是小应。有什么可以帮您？", first.watched)
    began = asyncio.get_running_loop().time()

    await second.speaker.recite("您好，我是小应。有什么可以帮您？", second.watched)

    assert tts.asked == ["您好，我是小应。", "有什么可以帮您？"]
    assert asyncio.get_running_loop().time() == began
    assert played(second.playout) == played(first.playout) == CHAR * 16
    assert second.all_heard() == "您好，我是小应。有什么可以帮您？"
    assert (first.watched.billed, second.watched.billed) == (16, 0)


@in_virtual_time
async def test_what_the_model_says_is_never_kept():
    cache, tts = SpeechCache(), ToneTts()

    await Talk(tts, cache).says("您的余额是五元。")
    await Talk(tts, cache).says("您的余额是五元。")

    assert len(tts.asked) == 2
    assert cache.bytes_kept == 0


@in_virtual_time
async def test_without_caching_nothing_is_kept():
    cache, tts = SpeechCache(), ToneTts()

    for _ in range(2):
        talk = Talk(tts, cache, caching=False)
        await talk.speaker.recite("您好，我是小应。", talk.watched)
        await talk.speaker.warm(FILLERS["zh"], talk.watched.voice_used)

    assert tts.asked == ["您好，我是小应。"] * 2


@in_virtual_time
async def test_warm_fillers_are_spoken_without_asking_the_voice():
    tts, cache = ToneTts(), SpeechCache()
    talk = Talk(tts, cache)
    await talk.speaker.warm(FILLERS["zh"], talk.watched.voice_used)
    asked, began = len(tts.asked), asyncio.get_running_loop().time()
    reply = asyncio.create_task(talk.says(2.0, "余额是五元。"))
    await asyncio.sleep(0)

    assert await talk.speaker.interject(FILLERS["zh"][0])

    assert asyncio.get_running_loop().time() == began
    assert len(tts.asked) == asked == len(FILLERS["zh"])
    await reply


@in_virtual_time
async def test_another_voice_speaks_from_the_next_reply_on():
    talk, other = Talk(), ToneTts()

    talk.speaker.switch(other, "en")
    await talk.says("共3个。")
    talk.speaker.begin()
    await talk.says("It costs $5 today.")

    assert talk.tts.asked == ["共三个。"]
    assert other.asked == ["It costs 5 dollars today."]


@in_virtual_time
async def test_the_pace_of_a_voice_is_learned_by_all_its_calls():
    cache = SpeechCache()
    await Talk(ToneTts(), cache).says("一二三四五六七八九十一二三四五六七八九十")
    later = Talk(ToneTts(breaks={"今天天气很好我们去公园玩吧": 6}), cache)

    await later.says("今天天气很好我们去公园玩吧")

    assert later.tts.asked[1:] == ["我们去公园玩吧"]
