"""Voices of one's own: the face every vendor shows that can copy a voice, or invent one from words.

Nobody's voice is copied without a yes: `consent` says who gave it and how. Vendors do not ask for it (some by
contract only), so whoever calls keeps it beside the voice's id.
"""

import re
from dataclasses import dataclass, field
from typing import Literal, Protocol

from voice_engine.kernel.errors import BadRequest

Status = Literal["ready", "processing", "failed"]


@dataclass(frozen=True, slots=True)
class Sample:
    """Somebody's speech, 10 to 20 seconds of it: an address the vendor can reach, or the file itself."""

    url: str = ""
    audio: bytes = field(default=b"", repr=False)
    media_type: str = "audio/wav"  # of `audio`: audio/wav, audio/mpeg, audio/mp4
    text: str = ""  # what is said in it, if known


@dataclass(frozen=True, slots=True)
class NewVoice:
    """Which voice is wanted: that of `sample`, with `consent`, or one like `description`.

    `model` is the vendor's model that will speak with it. `name` has 1 to 9 small letters and digits; vendors
    make it part of the id. `preview` is a text the new voice says for a first impression. `language` is a
    BCP 47 tag.
    """

    name: str
    model: str
    sample: Sample | None = None
    consent: str = ""
    description: str = ""
    preview: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class OwnVoice:
    """A voice as the vendor knows it. `id` is what a voice's `voiceId` wants; `created` is the vendor's word.

    `preview` is a sound file, only right after a voice was made from a description.
    """

    id: str
    status: Status = "ready"
    model: str = ""
    created: str = ""
    preview: bytes = field(default=b"", repr=False)


class VoiceCloner(Protocol):
    """Makes and keeps voices in one account. Each method raises ProviderError when the vendor fails."""

    vendor: str

    async def create(self, wanted: NewVoice) -> OwnVoice:
        """Make a voice, which costs money. It may have to be processed before it can speak.

        Raises BadRequest for what this vendor cannot make, and `consent_missing` without a yes.
        """
        ...

    async def get(self, voice_id: str) -> OwnVoice:
        """One voice; raises NotFound."""
        ...

    async def list(self) -> tuple[OwnVoice, ...]:
        """All voices of the account."""
        ...

    async def delete(self, voice_id: str) -> None:
        """It cannot speak any more; raises NotFound."""
        ...


def checked(wanted: NewVoice) -> NewVoice:
    """What no vendor needs to be asked about; raises BadRequest."""
    if not re.fullmatch("[a-z0-9]{1,9}", wanted.name):
        raise BadRequest("bad_name", "A voice's `name` has 1 to 9 small letters and digits.", field="name")
    if (wanted.sample is None) == (not wanted.description):
        raise BadRequest("bad_voice", "Give either a `sample` of the voice or a `description` of it.")
    if wanted.sample and bool(wanted.sample.url) == bool(wanted.sample.audio):
        raise BadRequest("bad_sample", "A `sample` has either a `url` or `audio`.", field="sample")
    if wanted.sample and not wanted.consent.strip():
        raise BadRequest("consent_missing", "Say in `consent` who allowed the copy.", field="consent")
    return wanted
