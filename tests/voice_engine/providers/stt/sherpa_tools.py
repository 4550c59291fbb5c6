"""Models for sherpa-onnx of a few kilobytes: real ones for the real package, but all they know is two tones.

A word wins where the energy of its mel band stands above the other word's, the blank where neither does.
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.voice_engine.providers.speech import SAID

WORDS = tuple(text.replace(" ", "▁") for _, text in SAID)
_BANDS, _MARGIN = 80, 3.0
_TAGS = ("<|zh|>", "<|NEUTRAL|>", "<|Speech|>", "<|withitn|>")
_LFR = 7  # frames that SenseVoice takes as one


def sense_voice(place: Path) -> None:
    """A SenseVoice in a directory: four tags, then the words."""
    bands = (14, 25)
    symbols = ("<blk>", *_TAGS, *WORDS)
    weights = np.zeros((_BANDS * _LFR, len(symbols)), np.float32)
    for frame in range(_LFR):
        weights[frame * _BANDS : (frame + 1) * _BANDS, 5:] = _contrast(bands) / _LFR
    bias = np.eye(1, len(symbols), 0, dtype=np.float32)[0] * _MARGIN
    tags = 100 * np.eye(len(symbols), dtype=np.float32)[None, 1:5]
    nodes = [
        helper.make_node("MatMul", ["x", "weights"], ["heard"]),
        helper.make_node("Add", ["heard", "bias"], ["words"]),
        helper.make_node("Concat", ["tags", "words"], ["logits"], axis=1),
    ]
    inputs = [
        _tensor("x", ["N", "T", _BANDS * _LFR]),
        *(_tensor(name, ["N"], TensorProto.INT32) for name in ("x_length", "language", "text_norm")),
    ]
    known = {"weights": weights, "bias": bias, "tags": tags}
    languages = {"auto": 0, "zh": 3, "en": 4, "yue": 7, "ja": 11, "ko": 12, "nospeech": 13}
    meta = {
        "model_type": "sense_voice", "vocab_size": len(symbols), "normalize_samples": 0,
        "lfr_window_size": _LFR, "lfr_window_shift": 6, "with_itn": 14, "without_itn": 15,
        **{f"lang_{name}": number for name, number in languages.items()},
        "neg_mean": ",".join("0" * _BANDS * _LFR), "inv_stddev": ",".join("1" * _BANDS * _LFR),
    }  # fmt: skip
    _save(
        place, "model.int8.onnx", nodes, inputs, [_tensor("logits", ["N", "T2", len(symbols)])], known, meta
    )
    _symbols(place, symbols)


def nemo_ctc(place: Path) -> None:
    """A streaming model: chunks of 20 frames, caches that hold nothing."""
    symbols = (*WORDS, "<blk>")
    weights = np.pad(_contrast((11, 23)), ((0, 0), (0, 1)))
    bias = np.array([0, 0, _MARGIN], np.float32)
    caches = {"cache_last_channel": "NCTD", "cache_last_time": "NCTD", "cache_last_channel_len": "N"}
    same = {"length": "encoded_lengths", **{name: f"{name}_next" for name in caches}}
    nodes = [
        helper.make_node("Transpose", ["audio_signal"], ["frames"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["frames", "weights"], ["heard"]),
        helper.make_node("Add", ["heard", "bias"], ["words"]),
        helper.make_node("LogSoftmax", ["words"], ["logprobs"], axis=-1),
        *(helper.make_node("Identity", [old], [new]) for old, new in same.items()),
    ]
    kept = [("cache_last_channel", [1] * 3), ("cache_last_time", [1] * 3)]
    counts = (("length", TensorProto.INT64), ("cache_last_channel_len", TensorProto.INT64))
    inputs = [
        _tensor("audio_signal", ["N", _BANDS, "T"]),
        *(_tensor(name, ["N", *shape]) for name, shape in kept),
        *(_tensor(name, ["N"], kind) for name, kind in counts),
    ]
    order = ("audio_signal", "length", "cache_last_channel", "cache_last_time", "cache_last_channel_len")
    inputs.sort(key=lambda each: order.index(each.name))
    outputs = [
        _tensor("logprobs", ["N", "T2", len(symbols)]),
        _tensor("encoded_lengths", ["N"], TensorProto.INT64),
        *(_tensor(f"{name}_next", ["N", *shape]) for name, shape in kept),
        _tensor("cache_last_channel_len_next", ["N"], TensorProto.INT64),
    ]
    dims = {f"cache_last_{what}_dim{n}": 1 for what in ("channel", "time") for n in (1, 2, 3)}
    meta = {
        "model_type": "EncDecCTCModelBPE", "window_size": 20, "chunk_shift": 20, "subsampling_factor": 1,
        "vocab_size": len(WORDS), "feat_dim": _BANDS, "normalize_type": "", **dims,
    }  # fmt: skip
    _save(place, "model.onnx", nodes, inputs, outputs, {"weights": weights, "bias": bias}, meta)
    _symbols(place, symbols)


def _contrast(bands: tuple[int, int]) -> np.ndarray:
    """Each word's own band against the other's."""
    weights = np.zeros((_BANDS, 2), np.float32)
    for word, band in enumerate(bands):
        weights[band] = -1
        weights[band, word] = 1
    return weights


def _tensor(name: str, shape: list[Any], kind: int = TensorProto.FLOAT) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def _save(
    place: Path, name: str, nodes: list[Any], inputs: list[Any], outputs: list[Any],
    known: dict[str, np.ndarray], meta: dict[str, Any],
) -> None:  # fmt: skip
    place.mkdir()
    initial = [numpy_helper.from_array(value, name) for name, value in known.items()]
    graph = helper.make_graph(nodes, "tones", inputs, outputs, initial)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    for key, value in meta.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, str(value)
    onnx.save(model, place / name)


def _symbols(place: Path, symbols: tuple[str, ...]) -> None:
    lines = "".join(f"{symbol} {number}\n" for number, symbol in enumerate(symbols))
    (place / "tokens.txt").write_text(lines, "utf-8")
