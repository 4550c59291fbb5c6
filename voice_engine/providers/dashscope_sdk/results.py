"""What a recognition task says of a sentence, in the words all recognisers share."""

from collections.abc import Mapping
from typing import Any

from voice_engine.providers.sentences import Sentence


def sentence_of(fields: Mapping[str, Any]) -> Sentence | None:
    """`output.sentence`; None for a sign of life without words."""
    if fields.get("heartbeat"):
        return None
    return Sentence(
        str(fields.get("text") or ""),
        is_final(fields),
        order=fields.get("sentence_id", fields.get("begin_time")),
        begin_ms=fields.get("begin_time"),
        end_ms=fields.get("end_time"),
    )


def is_final(fields: Mapping[str, Any]) -> bool:
    """Whether the vendor will not change it any more; samples without `sentence_end` go by `end_time`."""
    if "sentence_end" in fields:
        return bool(fields["sentence_end"])
    return fields.get("end_time") is not None
