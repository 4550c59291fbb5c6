"""Silero VAD: one small neural network per process, a few hundred numbers of state per caller.

A 32 ms window costs about 95 µs of one core (2-core x86, 2026), 65 µs among sixteen, and 8 µs when nothing
stands out of the room's noise: then the model is not asked. So where many callers speak, their windows are
judged together, at most one frame of the first of them late; the gate's edges come from the loudness and do
not suffer. The model files lie in the wheel `silero-vad`, whose Python package is never imported: it would
want torch.
"""

import importlib.util
import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from voice_engine.audio.level import power
from voice_engine.audio.noise import NoiseFloor

WINDOW = 512  # samples at 16 kHz, as the model was trained
_CONTEXT = 64  # samples of the window before, likewise
_LEAST = power(-66.0)  # softer than any speech a line carries
_ABOVE_NOISE = 2.0  # 3 dB: white noise keeps within 1.5 dB of its softest window
_NOISE_SPAN = 93  # windows: 3 s
_SETTLED = 0.1  # below this the model has noticed the silence and need not see more of it
_CROWD = 8  # other callers' windows within one of this caller's: from then on they wait for each other
_TOGETHER = 16  # at most: longer would hold the loop for over a millisecond
_STATE = 128
_ALONE = "silero_vad_16k_sequence.onnx"  # the same weights at a fixed 16 kHz, 20 % faster for one caller
_CROWDED = "silero_vad.onnx"
_RATE = np.array(16000)


class SileroVad:
    """The model, shared by all callers; loaded when the first one comes."""

    def __init__(self) -> None:
        self._waiting: list[SileroStream] = []
        self.asked = 0  # sounds so far

    def stream(self) -> "SileroStream":
        """State for one caller."""
        _session(_ALONE)
        _session(_CROWDED)
        return SileroStream(self)

    def ask(self, stream: "SileroStream") -> None:
        """`stream` has a sound to be judged: at once, or in a crowd when it must be known."""
        crowded = self.asked - stream.asked >= _CROWD
        self.asked += 1
        stream.asked = self.asked
        self._waiting.append(stream)
        if not crowded or len(self._waiting) >= _TOGETHER:
            self.judge()

    def judge(self) -> None:
        """Every sound that waits."""
        streams, self._waiting = self._waiting, []
        if len(streams) == 1:
            _judge_alone(streams[0])
        elif streams:
            _judge_together(streams)


class SileroStream:
    """One caller's windows and the model's memory of them."""

    def __init__(self, vad: SileroVad) -> None:
        self._vad = vad
        self._samples = bytearray()
        self._context = np.zeros(_CONTEXT, np.float32)
        self._noise = NoiseFloor(_NOISE_SPAN)
        self.hidden = self.cell = np.zeros(_STATE, np.float32)
        self.sound: np.ndarray | None = None  # to be judged
        self.asked = vad.asked  # of all callers' sounds, at this caller's last window
        self.belief = 0.0

    def probability(self, pcm: bytes) -> float:
        """How surely 16 kHz mono PCM holds speech, 0..1: the newest judged window's value."""
        if self.sound is not None:
            self._vad.judge()
        self._samples += pcm
        whole = len(self._samples) // (2 * WINDOW) * (2 * WINDOW)
        if whole:
            samples = np.frombuffer(bytes(self._samples[:whole]), "<i2").astype(np.float32)
            del self._samples[:whole]
            samples /= 32768
            for at in range(0, len(samples), WINDOW):
                self._hear(samples[at : at + WINDOW])
        return self.belief

    def _hear(self, window: np.ndarray) -> None:
        if self.sound is not None:
            self._vad.judge()
        loudness = float(window @ window) / WINDOW
        self._noise.hear(loudness)
        loud = loudness > max(_LEAST, self._noise.power * _ABOVE_NOISE)
        if loud or self.belief > _SETTLED:
            self.sound = np.concatenate((self._context, window))
            self._vad.ask(self)
        else:
            self.belief, self.asked = 0.0, self._vad.asked
        self._context = window[-_CONTEXT:]

    def learn(self, belief: float, hidden: np.ndarray, cell: np.ndarray) -> None:
        """What the model made of the sound."""
        self.sound = None
        self.belief = min(1.0, max(0.0, belief))
        self.hidden, self.cell = hidden, cell


def _judge_alone(stream: SileroStream) -> None:
    assert stream.sound is not None
    inputs = {
        "input": stream.sound[None],
        "h": stream.hidden.reshape(1, 1, _STATE),
        "c": stream.cell.reshape(1, 1, _STATE),
    }
    heard, hidden, cell = _session(_ALONE).run(None, inputs)
    stream.learn(float(heard[0]), hidden.reshape(_STATE), cell.reshape(_STATE))


def _judge_together(streams: list[SileroStream]) -> None:
    state = np.array([[s.hidden for s in streams], [s.cell for s in streams]])
    inputs = {"input": np.array([s.sound for s in streams]), "state": state, "sr": _RATE}
    heard, after = _session(_CROWDED).run(None, inputs)
    for i, stream in enumerate(streams):
        stream.learn(float(heard[i, 0]), after[0, i], after[1, i])


@cache
def _session(model: str) -> Any:
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else it tells Microsoft about this machine; read at import
    import onnxruntime  # 70 ms to import: only a process that listens pays

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model_file(model)), options, providers=["CPUExecutionProvider"])


def model_file(model: str = _ALONE) -> Path:
    """Where the installed wheel keeps the model; raises FileNotFoundError with advice."""
    found = importlib.util.find_spec("silero_vad")
    for place in (found.submodule_search_locations or ()) if found else ():
        file = Path(place) / "data" / model
        if file.exists():
            return file
    raise FileNotFoundError(f"{model} is missing; install silero-vad 6.2.3 or use the energy VAD.")
