"""sherpa-onnx itself, with tiny models that know two tones."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.contracts.stt import SttContract, Utterance, finals
from tests.contracts.tools import collect, pieces
from tests.voice_engine.providers.speech import SAID, conversation
from tests.voice_engine.providers.stt.sherpa_tools import nemo_ctc, sense_voice
from voice_engine.audio.frame import AudioFrame
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.providers.base import Flush, ProviderConfig
from voice_engine.providers.stt import sherpa_models
from voice_engine.providers.stt.sherpa_onnx import SherpaOnnxStt


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    sense_voice(root / "sense")
    nemo_ctc(root / "nemo")
    (root / "empty").mkdir()
    return root


def adapter(models: Path, model: str, **more: Any) -> SherpaOnnxStt:
    options = {"modelsDirectory": str(models), **more.pop("options", {})}
    return SherpaOnnxStt(ProviderConfig(model=model, options=options, **more))


class TestSenseVoice(SttContract):
    partials: ClassVar[bool] = False

    @pytest.fixture
    async def stt(self, models: Path) -> SherpaOnnxStt:
        return adapter(models, "sense", language="zh-CN")

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()


class TestStreaming(SttContract):
    @pytest.fixture
    async def stt(self, models: Path) -> SherpaOnnxStt:
        return adapter(models, "nemo", options={"type": "nemo-ctc"})

    @pytest.fixture
    def said(self) -> tuple[Utterance, Utterance]:
        return conversation()


async def test_a_long_utterance_is_decoded_in_parts(models: Path):
    first, second = conversation()
    long = Utterance(first.pcm * 25 + bytes(32000) + second.pcm, "")
    stt = adapter(models, "sense")

    heard = await collect(stt.transcribe(pieces([*long.frames(0.1), Flush()])))

    (said,) = finals(heard)
    assert said.endswith(SAID[1][1])
    assert SAID[0][1] in said


async def test_the_loop_is_never_held_up_while_a_model_thinks(models: Path, monkeypatch: pytest.MonkeyPatch):
    """The model is slow here; frames of other calls must go on."""
    real = sherpa_models.load.__wrapped__
    ticks, meanwhile = 0, 0

    def slowly(model: sherpa_models.Model) -> Any:
        nonlocal meanwhile
        before = ticks
        time.sleep(0.2)
        meanwhile = ticks - before
        assert threading.current_thread().name.startswith("sherpa")
        return real(model)

    monkeypatch.setattr("voice_engine.providers.stt.sherpa_onnx.load", slowly)

    async def watch() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.002)
            ticks += 1

    watching = asyncio.create_task(watch())
    stt = adapter(models, "sense")
    heard = await collect(stt.transcribe(pieces([*conversation()[0].frames(), Flush()])))
    watching.cancel()

    assert finals(heard) == [SAID[0][1]]
    assert meanwhile >= 3


async def test_too_many_callers_at_once_are_told_so(models: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sherpa_models, "MOST_WAITING", 0)

    with pytest.raises(ProviderError) as refused:
        await collect(adapter(models, "sense").transcribe(pieces([*conversation()[0].frames(), Flush()])))

    assert refused.value.kind == "rate_limit"


async def test_sound_that_changes_is_refused(models: Path):
    async def changing() -> AsyncIterator[AudioFrame | Flush]:
        yield AudioFrame(bytes(640), 16000, 0)
        yield AudioFrame(bytes(640), 8000, 0)

    with pytest.raises(ProviderError) as refused:
        await collect(adapter(models, "sense").transcribe(changing()))

    assert refused.value.kind == "invalid_audio"


@pytest.mark.parametrize(
    ("model", "more", "names"),
    [
        ("nobody", {}, "there are: empty, nemo, sense"),
        ("..", {}, "there are: empty"),
        ("", {}, "no model"),
        ("empty", {}, r"no model\*\.onnx"),
        ("sense", {"options": {"type": "transducer"}}, r"no encoder\*\.onnx"),
        ("sense", {"options": {"type": "whisper"}}, "transducer, paraformer"),
        ("sense", {"keywords": ("应答",)}, "keywords"),
        ("sense", {"options": {"modelsDirectory": ""}}, "YINGDA_SHERPA_ONNX_MODELS"),
    ],
)
def test_what_cannot_work_is_refused_before_anybody_calls(
    models: Path, model: str, more: dict[str, Any], names: str
):
    with pytest.raises(BadRequest, match=names):
        adapter(models, model, **more)


def test_without_the_package_it_is_said_how_to_get_it(models: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sherpa_models, "find_spec", lambda name: None)

    with pytest.raises(BadRequest, match=r"pip install 'yingda-server\[sherpa\]'"):
        adapter(models, "sense")


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        (("encoder-99.onnx", "decoder-99.onnx", "joiner-99.int8.onnx"), "transducer"),
        (("encoder.int8.onnx", "encoder.onnx", "decoder.onnx"), "paraformer"),
        (("model.onnx",), "sense-voice"),
        (("ctc-epoch-20-avg-1-chunk-16-left-128.onnx",), "sense-voice"),
    ],
)
def test_the_type_is_told_by_the_files_and_small_files_are_preferred(
    tmp_path: Path, files: tuple[str, ...], kind: str
):
    place = tmp_path / "one"
    place.mkdir()
    for name in (*files, "tokens.txt"):
        (place / name).touch()

    model = sherpa_models.find(str(tmp_path), "one", "", 1, "")

    assert model.type == kind
    if "encoder.int8.onnx" in files:
        assert model.files[0].endswith("encoder.int8.onnx")
