import os
import subprocess
import sys
import time

import numpy as np
import pytest

from tests.contracts.speech import speech
from tests.contracts.vad import FRAME, VadContract, hear, noise
from voice_engine.audio.level import rms
from voice_engine.providers.vad import silero
from voice_engine.providers.vad.silero import SileroVad


class TestSilero(VadContract):
    @pytest.fixture
    def vad(self) -> SileroVad:
        return SileroVad()

    def test_loud_noise_is_not_speech(self, vad):
        assert max(hear(vad.stream(), noise(3, 2000))[10:]) < 0.5

    def test_soft_speech_at_minus_50_db_is_noticed(self, vad, sentence):
        soft = (np.frombuffer(sentence, "<i2") * (100 / rms(sentence))).astype("<i2").tobytes()

        assert max(hear(vad.stream(), soft)) > 0.8

    def test_chinese_is_speech(self, vad):
        assert max(hear(vad.stream(), speech("您好，我想查一下余额。", voice="cmn"))) > 0.9

    def test_digital_silence_does_not_reach_the_model(self, vad):
        stream = vad.stream()
        hear(stream, bytes(32000))

        started = time.process_time()
        hear(stream, bytes(32000 * 60))

        assert time.process_time() - started < 60 / 0.032 * 30e-6

    def test_speech_after_a_minute_of_silence_is_noticed_as_fast(self, vad, sentence):
        stream = vad.stream()
        hear(stream, bytes(32000 * 60))

        assert max(hear(stream, sentence)[:8]) > 0.5


def test_the_package_of_the_model_and_torch_are_never_imported():
    program = (
        "import sys; from voice_engine.providers.vad.silero import SileroVad; "
        "SileroVad().stream().probability(bytes(2048)); "
        "sys.exit('silero_vad' in sys.modules or 'torch' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], timeout=30, check=False).returncode == 0


def test_a_missing_model_file_is_an_error_with_advice():
    with pytest.raises(FileNotFoundError, match="install silero-vad"):
        silero.model_file("another.onnx")


def test_in_a_crowd_everyone_is_heard_as_alone_and_at_most_one_frame_later():
    sentence = speech("您好，我想查一下余额。", voice="cmn")
    sounds = [bytes(2 * 100 * i) + sentence + noise(1, 30) for i in range(24)]
    alone = [hear(SileroVad().stream(), sound) for sound in sounds]

    streams = [vad.stream() for vad in [SileroVad()] for _ in sounds]
    crowd: list[list[float]] = [[] for _ in sounds]
    for at in range(0, max(map(len, sounds)), FRAME):
        for stream, sound, heard in zip(streams, sounds, crowd, strict=True):
            if at < len(sound):
                heard.append(stream.probability(sound[at : at + FRAME]))

    assert crowd != alone  # they waited for each other
    for together, by_himself in zip(crowd, alone, strict=True):
        late = [min(abs(t - now), abs(t - before)) for t, now, before in zip(
            together[1:], by_himself[1:], by_himself, strict=False)]  # fmt: skip
        assert max(late) < 0.02


def test_a_caller_who_falls_silent_in_a_crowd_is_not_forgotten():
    vad = SileroVad()
    sentence = speech("您好，我想查一下余额。", voice="cmn")
    streams = [vad.stream() for _ in range(24)]
    for at in range(0, len(sentence), FRAME):
        for stream in streams:
            stream.probability(sentence[at : at + FRAME])

    assert [max(hear(stream, noise(1, 30))[15:]) < 0.35 for stream in streams] == [True] * 24


def test_nothing_about_this_machine_is_collected_for_the_librarys_maker(tmp_path):
    homeless = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    program = "from voice_engine.providers.vad import silero; silero._session(silero._ALONE)"

    subprocess.run([sys.executable, "-c", program], env=homeless, timeout=30, check=True)

    assert list(tmp_path.rglob("*")) == []
