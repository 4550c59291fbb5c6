import asyncio

import pytest

from api.v1.assistants.demo import ENGLISH
from tests.contracts.speech import RATE, speech, speech_alone, spoken_in_order
from tests.contracts.stt import SttContract, Utterance, conversation, finals, transcripts
from tests.contracts.tools import collect, pieces
from tests.contracts.vad import noise
from voice_engine.audio.resample import resample
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.base import Flush, ProviderConfig, Transcript
from voice_engine.providers.stt import sphinx_pool
from voice_engine.providers.stt.pocketsphinx import PocketSphinxStt

pytestmark = pytest.mark.slow

SENTENCES = [
    "What are your opening hours?", "Where is the front desk?", "I would like to book a table for two.",
    "Goodbye!", "Yes, please.", "No, thank you.", "Can you repeat that, please?", "What time is breakfast?",
    "How much does a room cost?", "I want to speak to a human.", "Call me a taxi.", "Thank you very much.",
]  # fmt: skip
DEMO = ENGLISH["transcriber"]["grammar"]


def stt_for(grammar: object = None, **config: object) -> PocketSphinxStt:
    options = {"grammar": grammar} if grammar else {}
    return PocketSphinxStt(ProviderConfig(options=options, **config))  # type: ignore[arg-type]


def utterance(text: str, voice: str = "en-us") -> Utterance:
    """As the engine brings it: a little silence before and after."""
    return Utterance(bytes(RATE * 3 // 5) + speech(text, voice) + bytes(RATE * 3 // 5), text, RATE)


async def final(stt: PocketSphinxStt, said: Utterance) -> Transcript:
    (answer,) = [
        t for t in transcripts(await collect(stt.transcribe(pieces(conversation([said]))))) if t.final
    ]
    return answer


class TestPocketSphinx(SttContract):
    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return utterance(SENTENCES[0]), utterance(SENTENCES[2])

    @pytest.fixture
    async def stt(self, said) -> PocketSphinxStt:
        return stt_for(SENTENCES)


@pytest.fixture(scope="module")
def demo() -> list[Utterance]:
    quiet = bytes(RATE * 3 // 5)
    spoken = zip(DEMO, spoken_in_order(tuple(DEMO)), strict=True)
    return [Utterance(quiet + pcm + quiet, sentence, RATE) for sentence, pcm in spoken]


@pytest.fixture(scope="module")
def asked() -> list[Utterance]:
    return [utterance(sentence) for sentence in SENTENCES]


@pytest.fixture
def unasked() -> list[Utterance]:
    texts = (
        "the weather in paris is lovely",
        "one two three",
        "opening a bottle of wine",
        "hello",
        "who is it",
    )
    return [utterance(text) for text in texts]


async def test_every_sentence_of_the_demo_is_understood(demo):
    stt = stt_for(DEMO)

    heard = [(await final(stt, said)).text for said in demo]

    assert heard == DEMO


async def test_the_answer_is_written_as_the_tenant_wrote_it(asked):
    stt = stt_for(SENTENCES)

    heard = [await final(stt, said) for said in asked]

    assert [h.text for h in heard] == SENTENCES
    assert all(h.confidence is not None and 0 < h.confidence <= 1 for h in heard)


async def test_something_else_is_answered_with_nothing(unasked):
    stt = stt_for(SENTENCES)

    assert [(await final(stt, said)).text for said in unasked] == [""] * len(unasked)


@pytest.mark.parametrize("rms", [0, 12, 800])
async def test_noise_is_nothing(rms):
    heard = await final(stt_for(SENTENCES), Utterance(noise(3, rms), ""))

    assert (heard.text, heard.confidence) == ("", 0.0)


@pytest.fixture
def table_for_three() -> Utterance:
    return utterance("book a table for three people please")


async def test_a_grammar_in_jsgf_is_followed(table_for_three):
    grammar = """#JSGF V1.0; grammar shop;
        <count> = two | three | four ;
        public <book> = [please] book a table for <count> [people] [please] ;"""

    assert (await final(stt_for(grammar), table_for_three)).text == "book a table for three people please"


@pytest.fixture
def taxi() -> Utterance:
    silence, text = bytes(RATE * 3 // 5), "i would like to book a table for two"
    return Utterance(silence + speech_alone(text) + silence, text, RATE)


async def test_keywords_are_spotted(taxi):
    assert "table" in (await final(stt_for(keywords=("table", "taxi")), taxi)).text


async def test_without_a_task_something_is_guessed(taxi):
    assert (await final(stt_for(), taxi)).text


@pytest.fixture
def by_phone() -> Utterance:
    said = utterance(SENTENCES[0])
    return Utterance(resample(said.pcm, 16000, 8000), said.text, 8000)


async def test_a_telephones_sound_is_heard(by_phone):
    assert (await final(stt_for(SENTENCES), by_phone)).text == SENTENCES[0]


async def test_sound_without_a_flush_gets_its_final_at_the_end(asked):
    heard = await collect(stt_for(SENTENCES).transcribe(pieces(asked[0].frames())))

    assert finals(heard) == [SENTENCES[0]]


@pytest.fixture
def long_story(taxi) -> Utterance:
    return Utterance(taxi.pcm * 11 + utterance("call me a taxi").pcm, "", RATE)


async def test_an_endless_utterance_is_heard_in_parts(long_story):
    stt = stt_for(keywords=("table", "taxi"))

    heard = await collect(stt.transcribe(pieces([*long_story.frames(0.5), Flush()])))

    (text,) = finals(heard)
    assert text.startswith("table")
    assert text.endswith("taxi")


async def test_as_many_speak_at_once_as_there_are_decoders(asked, monkeypatch):
    monkeypatch.setattr(sphinx_pool, "_MOST_SMALL", 0)
    monkeypatch.setattr(sphinx_pool, "_free", {True: [], False: []})

    with pytest.raises(ProviderError, match="Too many people") as failure:
        await final(stt_for(SENTENCES), asked[0])

    assert (failure.value.kind, failure.value.retryable) == ("rate_limit", True)


async def test_decoders_and_their_grammars_are_used_again(asked):
    await asyncio.wrap_future(sphinx_pool.warm())
    made = dict(sphinx_pool._made)

    for n in range(40):
        await final(stt_for([SENTENCES[0], *["yes"] * (n % 3), f"{'no ' * (n + 1)}"]), asked[0])

    assert sphinx_pool._made == made
    assert all(len(known) <= sphinx_pool._SEARCHES for known in sphinx_pool._known.values())


def test_unknown_words_are_named():
    with pytest.raises(BadRequest, match="qiezi, yingda") as refused:
        stt_for(["talk to yingda", "a qiezi please"])

    assert refused.value.details["words"] == ["qiezi", "yingda"]


def test_unknown_keywords_are_named():
    with pytest.raises(BadRequest, match="yingda"):
        stt_for(keywords=("yingda",))


def test_another_language_is_refused_with_advice():
    with pytest.raises(BadRequest, match="English only"):
        stt_for(language="zh-CN")
