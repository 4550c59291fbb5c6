"""Machines are told from people by what they say and by their beep."""

import math

import numpy as np
import pytest

from voice_engine.listen.voicemail import Beep, is_machine

RATE = 8000


def tone(hertz: float, seconds: float, loud: float = 0.3) -> bytes:
    at = np.arange(int(RATE * seconds))
    return (np.sin(2 * math.pi * hertz * at / RATE) * 32767 * loud).astype("<i2").tobytes()


def silence(seconds: float) -> bytes:
    return bytes(2 * int(RATE * seconds))


def hears_a_beep(pcm: bytes) -> bool:
    beep = Beep(RATE)
    return any(beep.hear(pcm[at : at + 320]) for at in range(0, len(pcm), 320))


@pytest.mark.parametrize(
    "text",
    [
        "您好，您拨打的用户暂时无法接通。",
        "您所拨打的电话已关机",
        "请在嘀声后留言",
        "滴 声 之 后 开始 录音",
        "我现在不方便接电话，请留言。",
        "Please leave a message after the tone.",
        "You have reached the voicemail of John.",
    ],
)
def test_a_machine_is_known_by_its_words(text: str):
    assert is_machine(text)


@pytest.mark.parametrize(
    "text",
    [
        "喂，您好。",
        "哪位？",
        "我现在有点忙。",
        "Hello, who is this?",
        "She is not available, who is calling?",
        "I got your message.",
        "",
    ],
)
def test_a_person_is_no_machine(text: str):
    assert not is_machine(text)


def test_a_beep_is_heard_when_it_ends():
    assert hears_a_beep(silence(0.5) + tone(1000, 0.4) + silence(0.2))
    assert not hears_a_beep(silence(0.5) + tone(1000, 0.4))


@pytest.mark.parametrize(("hertz", "seconds"), [(450, 1.0), (1000, 0.08), (1100, 3.0)])
def test_ringing_clicks_and_fax_machines_are_no_beep(hertz: float, seconds: float):
    assert not hears_a_beep(silence(0.5) + tone(hertz, seconds) + silence(0.5))


def test_voices_and_noise_are_no_beep():
    noise = np.random.default_rng(1).normal(0, 4000, RATE * 2).clip(-32000, 32000).astype("<i2").tobytes()
    voiced = sum(
        np.frombuffer(tone(150 * n, 1.0, 0.2 / n), "<i2").astype(np.int32) for n in range(1, 8)
    ).astype("<i2")

    assert not hears_a_beep(noise)
    assert not hears_a_beep(voiced.tobytes() + silence(0.3))
