"""The table of vendors that speak OpenAI's chat completions, readable without their libraries."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from voice_engine.kernel.errors import BadRequest


@cache
def vendors() -> dict[str, dict[str, Any]]:
    """name → row. In a row: base_url, model, max_tokens, thinking_off, thinking_on, retired; all optional."""
    text = files("voice_engine.providers.llm").joinpath("vendors.yaml").read_text(encoding="utf-8")
    table: dict[str, dict[str, Any]] = yaml.safe_load(text)
    return table


def refuse_retired(vendor: str, model: str) -> None:
    """Raise BadRequest("model_retired") naming the successor of a model that is no longer served."""
    if successor := vendors().get(vendor, {}).get("retired", {}).get(model):
        sentence = f"{vendor} has retired {model}; use {successor}."
        raise BadRequest("model_retired", sentence, field="model.model", successor=successor)
