"""Voices of one's own as JSON."""

from typing import Any, Literal

from pydantic import Field

from api.http.schema import Answer, Body

Status = Literal["ready", "processing", "failed"]


class SampleIn(Body):
    """10 to 20 seconds of the voice: an address, or the file itself (WAV, MP3 or M4A, at most 10 MB)."""

    url: str = Field("", max_length=2000, description="where the vendor finds it; a public address")
    audio: str = Field("", description="the file in base64; a form sends it as it is, in its field `sample`")
    text: str = Field("", max_length=1000, description="what is said in it, if known")


class CreateOwnVoice(Body):
    """A voice to be made: the copy of a `sample`, with `consent`, or one after a `description`."""

    provider: str = Field(max_length=60, description="whose voice it will be: dashscope, minimax …")
    name: str = Field(max_length=60, description="1 to 9 small letters and digits, once per provider")
    model: str = Field(min_length=1, max_length=100, description="the vendor's model that will speak with it")
    sample: SampleIn | None = Field(None, description="the voice to copy")
    consent: str = Field("", max_length=2000, description="who allowed the copy, and how; needed for a copy")
    description: str = Field(
        "", max_length=2000, description="what the voice shall be like, instead of a sample"
    )
    preview_text: str = Field(
        "", max_length=1000, description="what the new voice says for a first impression"
    )
    language: str = Field("", max_length=20, description="BCP 47, if known")
    credential_id: str | None = Field(
        None, max_length=60, description="the account; else the newest credential"
    )


class Consent(Answer):
    """Who allowed the copy, and who has said so here."""

    text: str = Field(description="as it was given")
    at: str = Field(description="when it was given here: ISO 8601, UTC, milliseconds")
    recorded_by: str = Field(description="the key or the member that gave it")


class OwnVoice(Answer):
    """A voice of one's own. `voiceId` is what an assistant's voice wants, together with `model`."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it belongs to")
    provider: str = Field(description="as in assistants")
    voice_id: str = Field(description="the vendor's name of it: voiceId in assistants")
    name: str = Field(description="as given")
    model: str = Field(description="the model that speaks with it")
    origin: Literal["copied", "designed"] = Field(description="how it was made")
    status: Status = Field(description="whether it can speak; asked of the vendor while it is processing")
    language: str | None = Field(None, description="as given")
    description: str | None = Field(None, description="of a designed voice")
    consent: Consent | None = Field(None, description="of a copied voice")
    credential_id: str | None = Field(None, description="the account it is in; left out: the platform's")
    created_at: str = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: str = Field(description="ISO 8601, UTC, milliseconds")
    preview_audio: str | None = Field(
        None, description="a sound file in base64, only when it was just designed"
    )
    trouble: str | None = Field(None, description="why the vendor could not be asked for the status just now")


def bodies() -> dict[str, Any]:
    """The request body of POST for the documentation: JSON, or a form with the file."""
    whole = CreateOwnVoice.model_json_schema(ref_template="#/components/schemas/{model}")
    whole["properties"]["sample"] = {**SampleIn.model_json_schema(), "description": "the voice to copy"}
    whole.pop("$defs", None)
    fields = {
        **whole["properties"],
        "sample": {"type": "string", "format": "binary", "description": "WAV, MP3 or M4A, at most 10 MB"},
        "sampleText": {"type": "string", "description": "what is said in it, if known"},
    }
    form = {"type": "object", "required": whole["required"], "properties": fields}
    content = {"application/json": {"schema": whole}, "multipart/form-data": {"schema": form}}
    return {"requestBody": {"required": True, "content": content}}
