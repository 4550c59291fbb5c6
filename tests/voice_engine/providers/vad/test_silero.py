import subprocess
import sys
import time

import pytest

from tests.contracts.speech import speech
from tests.contracts.vad import VadContract, hear, noise
from voice_engine.audio.level import gain, rms
from voice_engine.providers.vad import silero
from voice_engine.providers.vad.silero import SileroVad


class TestSilero(VadContract):
    @pytest.fixture
    def vad(self) -> SileroVad:
        return SileroVad()

    def test_loud_noise_is_not_speech(self, vad):
        assert max(hear(vad.stream(), noise(3, 2000))[10:]) < 0.5

    def test_soft_speech_at_minus_50_db_is_noticed(self, vad, sentence):
        soft = gain(sentence, 100 / rms(sentence))

        assert max(hear(vad.stream(), soft)) > 0.8

    def test_chinese_is_speech(self, vad):
        assert max(hear(vad.stream(), speech("您好，我想查一下余额。", voice="cmn"))) > 0.9

    def test_digital_silence_does_not_reach_the_model(self, vad):
        stream = vad.stream()
        hear(stream, bytes(32000))

        started = time.perf_counter()
        hear(stream, bytes(32000 * 60))

        assert time.perf_counter() - started < 60 / 0.032 * 30e-6

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


def test_a_missing_model_file_is_an_error_with_advice(monkeypatch):
    monkeypatch.setattr(silero, "_MODEL", "another.onnx")

    with pytest.raises(FileNotFoundError, match="install silero-vad"):
        silero.model_file()
