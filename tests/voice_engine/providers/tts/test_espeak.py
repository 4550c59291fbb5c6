import pytest

from tests.contracts.tools import collect, pieces
from tests.contracts.tts import TtsContract, seconds
from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.base import ProviderConfig, WordTimes
from voice_engine.providers.tts.espeak import EspeakTts


class TestEspeak(TtsContract):
    @pytest.fixture
    async def tts(self) -> EspeakTts:
        return EspeakTts(ProviderConfig())


async def words(text: str, **config: object) -> list[str]:
    said = await collect(EspeakTts(ProviderConfig(**config)).synthesize(pieces([text])))  # type: ignore[arg-type]
    return [w for t in said if isinstance(t, WordTimes) for w in t.words]


async def lasts(text: str, **config: object) -> float:
    return seconds(await collect(EspeakTts(ProviderConfig(**config)).synthesize(pieces([text]))))  # type: ignore[arg-type]


async def test_words_are_the_texts_own_and_in_order():
    assert await words("Hello there. It costs 12.50, e.g. today.") == [
        "Hello", "there.", "It", "costs", "12.50,", "e.g.", "today.",
    ]  # fmt: skip


async def test_chinese_words_are_characters_except_where_espeak_knows_the_word():
    assert "".join(await words("您好，我想查一下余额。", voice="cmn")) == "您好，我想查一下余额。"


async def test_chinese_text_is_read_in_chinese_whatever_the_voice():
    assert await lasts("您好，请说。", voice="en-us") == pytest.approx(
        await lasts("您好，请说。", voice="zh"), rel=0.02
    )


async def test_a_faster_voice_takes_less_time():
    text = "The quick brown fox jumps over the lazy dog."

    assert await lasts(text, speed=2.0) < 0.7 * await lasts(text)


async def test_an_emoji_is_not_read_aloud():
    assert await lasts("Hello 🙂🙂🙂 there.") < 1.3 * await lasts("Hello there.")


async def test_a_text_without_a_full_stop_is_cut_and_spoken_whole():
    long_text = "one two three four five six seven eight nine ten " * 40

    assert len(await words(long_text)) == 400


@pytest.mark.parametrize("endless", ["a." * 300, "http://" + "A." * 300, "好" + "z.9." * 200])
async def test_a_word_without_end_does_not_take_the_process_with_it(endless):
    spoken = await words(endless)

    assert "".join(spoken) == endless


@pytest.mark.parametrize("voice", ["en-us", "en-gb", "en-GB+f3", "zh-CN", "zh-Hant-TW", "cmn"])
async def test_the_names_people_use_for_languages_are_voices(voice):
    assert await lasts("Hello.", voice=voice) > 0.2


@pytest.mark.parametrize("voice", ["hi", "fr-FR", "../../etc/passwd", "en us", "en\0", "+f3"])
def test_a_voice_that_is_no_name_is_refused_at_once(voice):
    with pytest.raises(BadRequest):
        EspeakTts(ProviderConfig(voice=voice))


@pytest.mark.parametrize(
    "options", [{"pitch": 500}, {"volume": "loud"}, {"variant": "../x"}, {"pitch": True}]
)
def test_an_option_out_of_range_is_refused_at_once(options):
    with pytest.raises(BadRequest):
        EspeakTts(ProviderConfig(options=options))
