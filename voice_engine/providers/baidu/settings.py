"""What an assistant wants of a Baidu voice, in Baidu's words; the same over a socket and over HTTP."""

import json
from dataclasses import dataclass

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.baidu import LABEL
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.options import Options

RATES = (16000, 8000, 24000)
_PCM, _PCM_8K = 4, 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """`fields` are common to both services."""

    fields: dict[str, int | str]
    voice: str
    rate: int
    http: bool


def wanted(config: ProviderConfig) -> Wanted:
    """Raises BadRequest for what Baidu would refuse."""
    options = Options(config, LABEL)
    rate = options.choice("sampleRate", RATES[0], RATES)
    if config.model not in ("", "streaming", "http"):
        raise BadRequest("bad_model", "The models of Baidu's voices are streaming and http.", field="model")
    if not (config.voice or "0").isdigit():
        raise BadRequest("bad_option", f"Baidu's voice is a number, not {config.voice!r}.", field="voice")
    if not 0.5 <= config.speed <= 2:
        raise BadRequest("bad_speed", "Baidu's voices speak at a `speed` from 0.5 to 2.")
    fields: dict[str, int | str] = {
        "spd": round((config.speed - 0.5) * 10),  # 5 is the voice's own, of 0 to 15
        "pit": options.whole("pitch", 5, 0, 15),
        "vol": options.whole("volume", 5, 0, 15),
        "aue": _PCM_8K if rate == 8000 else _PCM,
        "audio_ctrl": json.dumps({"sampling_rate": rate}),
    }
    return Wanted(fields, config.voice or "0", rate, config.model == "http")
