"""Models of sherpa-onnx on this machine: which files make one, how it is loaded, the thread that uses it.

The package is an extra and is imported on that thread, when the first caller speaks. A model is loaded once
and shared by all calls; so is the one thread, which decodes a piece of one call's sound after the other.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from voice_engine.kernel.errors import BadRequest

STREAMING = {
    "transducer": ("encoder", "decoder", "joiner"),
    "paraformer": ("encoder", "decoder"),
    "zipformer2-ctc": ("model",),
    "nemo-ctc": ("model",),
    "wenet-ctc": ("model",),
}
WHOLE = {"sense-voice": ("model",), "offline-paraformer": ("model",)}
TYPES = (*STREAMING, *WHOLE)
_LOADED = 4  # models kept in memory
MOST_WAITING = 100  # steps: seconds of delay
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Model:
    """Files of one model. `type` is one of TYPES; `language` is for sense-voice."""

    type: str
    files: tuple[str, ...]
    tokens: str
    threads: int = 1
    language: str = ""

    @property
    def streams(self) -> bool:
        """Whether words come while somebody speaks."""
        return self.type in STREAMING


def find(root: str, name: str, kind: str, threads: int, language: str) -> Model:
    """The model in the directory `name` under `root`; `kind` is a type, or empty: by its files.

    Raises BadRequest: the package, the setting, the directory or a file is missing, or it leads elsewhere.
    """
    if find_spec("sherpa_onnx") is None:
        sentence = "sherpa-onnx is not installed here: pip install 'yingda-server[sherpa]'."
        raise BadRequest("not_installed", sentence, field="provider")
    if not root:
        sentence = "Set YINGDA_SHERPA_ONNX_MODELS to the directory that holds the models."
        raise BadRequest("models_missing", sentence, field="provider")
    base = Path(root).resolve()
    place = (base / name).resolve()
    if not name or not place.is_relative_to(base) or not place.is_dir():
        have = ", ".join(sorted(each.name for each in base.glob("*/"))) or "none"
        raise BadRequest("model_missing", f"There is no model {name!r}; there are: {have}.", field="model")
    kind = kind or _guess(place)
    files = tuple(_file(place, stem, kind) for stem in (STREAMING | WHOLE)[kind])
    tokens = place / "tokens.txt"
    if not tokens.is_file():
        raise BadRequest("model_broken", f"The model {name} has no tokens.txt.", field="model")
    return Model(kind, files, str(tokens), threads, language)


def _guess(place: Path) -> str:
    names = {path.name for path in place.glob("*.onnx")}
    if any("joiner" in name for name in names):
        return "transducer"
    return "paraformer" if any("encoder" in name for name in names) else "sense-voice"


def _file(place: Path, stem: str, kind: str) -> str:
    # The one file of a model has any name: model.int8.onnx, ctc-epoch-20-avg-1-chunk-16-left-128.onnx …
    names = "*.onnx" if stem == "model" else f"*{stem}*.onnx"
    found = sorted(place.glob(names), key=lambda path: ("int8" not in path.name, path.name))
    if not found:
        sentence = f"The model {place.name} has no {stem}*.onnx, which a {kind} has; give its `type`."
        raise BadRequest("model_broken", sentence, field="type")
    return str(found[0])


class AllBusy(Exception):
    """More steps wait than could be done in time."""


class Decoders:
    """The one thread that decodes, for all calls of the process."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sherpa")
        self._waiting = 0

    async def do(self, step: Callable[[], T]) -> T:
        """What the step brings; raises AllBusy. A step that nobody awaits any more is not begun."""
        if self._waiting >= MOST_WAITING:
            raise AllBusy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, step)
        finally:
            self._waiting -= 1


@cache
def decoders() -> Decoders:
    """Those of this process."""
    return Decoders()


@lru_cache(_LOADED)
def load(model: Model) -> Any:
    """The package's recogniser; seconds for a large model. On the thread only."""
    package = import_module("sherpa_onnx")
    common: dict[str, Any] = {"tokens": model.tokens, "num_threads": model.threads}
    if model.streams:
        make: Callable[..., Any] = getattr(package.OnlineRecognizer, f"from_{model.type.replace('-', '_')}")
        return make(**dict(zip(STREAMING[model.type], model.files, strict=True)), **common)
    (file,) = model.files
    if model.type == "sense-voice":
        return package.OfflineRecognizer.from_sense_voice(
            model=file, language=model.language, use_itn=True, **common
        )
    return package.OfflineRecognizer.from_paraformer(paraformer=file, **common)
