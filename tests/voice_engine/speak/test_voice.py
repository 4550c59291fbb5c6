"""A given text becomes sentences only as fast as they are asked for."""

import time

from voice_engine.speak.voice import Voice


def sentences_of(text: str) -> list[str]:
    return list(Voice(None, 16000, "zh").sentences(text))  # type: ignore[arg-type]  # nothing is spoken


def test_the_first_sentence_of_a_long_text_does_not_wait_for_the_rest():
    text = "很长的一段话，" * 10_000
    voice = Voice(None, 16000, "zh")  # type: ignore[arg-type]  # nothing is spoken
    began = time.thread_time()

    first = next(voice.sentences(text))

    assert text.startswith(first)
    assert time.thread_time() - began < 0.02


def test_a_text_cut_in_pieces_is_cut_where_its_sentences_end():
    sentences = [f"这是第{number}句话，说得比较长一点。" for number in range(100)]

    assert sentences_of("".join(sentences)) == sentences


def test_our_own_sentences_stay_whole():
    ours = "请稍等，我查一下。"

    assert "".join(sentences_of(ours)) == ours
