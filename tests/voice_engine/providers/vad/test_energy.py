import pytest

from tests.contracts.vad import VadContract, hear, noise
from voice_engine.providers.vad.energy import EnergyVad


class TestEnergy(VadContract):
    @pytest.fixture
    def vad(self) -> EnergyVad:
        return EnergyVad()

    def test_a_fan_that_starts_is_learnt(self, vad):
        stream = vad.stream()
        hear(stream, noise(2, 20))

        started = hear(stream, noise(15, 200, seed=2))

        assert max(started[:20]) > 0.5
        assert max(started[-50:]) < 0.35
