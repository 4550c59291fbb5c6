"""SQL for structured outputs."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import literal, or_
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col

from api.db.repo import Repo, Window
from api.v1.structured_outputs.model import StructuredOutputRow

_MOST = Window(limit=200)  # that one call can have


class StructuredOutputs(Repo[StructuredOutputRow]):
    """The structured outputs of one organisation."""

    row = StructuredOutputRow
    noun = "structured output"

    def of_assistant(
        self, ids: Collection[str], assistant_ids: Collection[str]
    ) -> Sequence[StructuredOutputRow]:
        """Those of `ids`, and those that name one of the assistants; newest first."""
        linked: list[Any] = [col(StructuredOutputRow.id).in_(ids)] if ids else []
        for assistant_id in assistant_ids:
            named = col(StructuredOutputRow.config)["assistantIds"]
            linked.append(named.op("@>")(literal([assistant_id], JSONB)))
        return self.list(_MOST, or_(*linked)) if linked else []
