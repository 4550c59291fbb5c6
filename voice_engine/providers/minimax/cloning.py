"""Voices of one's own at MiniMax: a sample is uploaded and copied, or a voice is designed from words.

A sample has 10 s to 5 minutes (wav, mp3, m4a). The vendor deletes a voice that has not spoken for MiniMax's
customer within seven days. Billed is each copied voice when it first speaks, and each preview by characters.
"""

import json
import uuid
from collections.abc import Mapping
from typing import Any

from voice_engine.kernel.errors import BadRequest, NotFound
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.cloning import NewVoice, OwnVoice, Sample, checked
from voice_engine.providers.download import ask, plainly
from voice_engine.providers.duplex.codec import Patience
from voice_engine.providers.minimax import HOSTS, LABEL, VENDOR, failures, origin
from voice_engine.providers.minimax.errors import check
from voice_engine.providers.options import Options

LARGEST_SAMPLE = 10 * 1024 * 1024  # bytes we carry; the vendor takes 20 MB
UPLOAD_S = 60.0
_ENDINGS = {
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
    "audio/mp4": "m4a",
}
_COPIED, _DESIGNED = "voice_cloning", "voice_generation"
_PREVIEW = "您好，很高兴为您服务，请问有什么可以帮您？"


class MiniMaxCloner:
    """The voices of one account. Option `region` as for its voices."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        region = Options(config, LABEL).choice("region", "china", tuple(HOSTS))
        self._origin = origin(config.base_url, region, "http")
        self._headers = {"Authorization": f"Bearer {config.api_key}"}
        group = config.secrets.get("groupId", "")
        self._query = {"GroupId": group} if group else {}
        self._allowed = tuple(config.options.get("allowedTargets", ()))
        self._patience = Patience(connect_s=UPLOAD_S, result_s=UPLOAD_S).at_most(max(config.timeout_s, 1.0))

    async def create(self, wanted: NewVoice) -> OwnVoice:
        """See VoiceCloner. `preview` makes the vendor speak, which is billed; a copy's is not fetched."""
        checked(wanted)
        name = f"yingda-{wanted.name}-{uuid.uuid4().hex[:8]}"
        if wanted.sample is None:
            return await self._design(wanted, name)
        body: dict[str, Any] = {
            "file_id": await self._upload(wanted.sample),
            "voice_id": name,
            "need_noise_reduction": True,
            "need_volume_normalization": True,
        }
        if wanted.preview:
            body |= {"text": wanted.preview[:1000], "model": wanted.model}
        said = await self._ask("/v1/voice_clone", json=body)
        if said.get("input_sensitive") is True:
            raise failures.told("moderation", said.get("input_sensitive_type", ""), "the sample is refused")
        return OwnVoice(name, model=wanted.model)

    async def get(self, voice_id: str) -> OwnVoice:
        """See VoiceCloner."""
        return (await self._found(voice_id))[1]

    async def list(self) -> tuple[OwnVoice, ...]:
        """See VoiceCloner."""
        return tuple(voice for _, voice in await self._all())

    async def delete(self, voice_id: str) -> None:
        """See VoiceCloner."""
        kind, _ = await self._found(voice_id)
        await self._ask("/v1/delete_voice", json={"voice_type": kind, "voice_id": voice_id})

    async def _design(self, wanted: NewVoice, name: str) -> OwnVoice:
        text = wanted.preview or _PREVIEW
        body = {"prompt": wanted.description, "preview_text": text[:200], "voice_id": name}
        said = await self._ask("/v1/voice_design", json=body)
        with failures.sensible():
            sound = bytes.fromhex(said.get("trial_audio") or "")
            return OwnVoice(str(said.get("voice_id") or name), model=wanted.model, preview=sound)

    async def _upload(self, sample: Sample) -> int:
        ending = _ENDINGS.get(sample.media_type)
        if ending is None:
            rule = f"MiniMax takes samples as {', '.join(_ENDINGS)}."
            raise BadRequest("bad_sample", rule, field="sample")
        audio = sample.audio or await self._fetched(sample.url)
        if len(audio) > LARGEST_SAMPLE:
            raise BadRequest(
                "sample_too_large", "A sample has at most 10 MB; five minutes do.", field="sample"
            )
        form = {"file": (f"sample.{ending}", audio, sample.media_type)}
        said = await self._ask("/v1/files/upload", data={"purpose": "voice_clone"}, files=form)
        with failures.sensible():
            return int(said["file"]["file_id"])

    async def _fetched(self, url: str) -> bytes:
        audio = bytearray()
        request = ask(failures, "GET", url, self._patience, plainly(failures), guard=self._allowed)
        async with request as answer:
            while (piece := await answer.piece()) and len(audio) <= LARGEST_SAMPLE:
                audio += piece
        return bytes(audio)

    async def _found(self, voice_id: str) -> tuple[str, OwnVoice]:
        for kind, voice in await self._all():
            if voice.id == voice_id:
                return kind, voice
        raise NotFound("voice_not_found", f"MiniMax knows no voice {voice_id!r} of this account.")

    async def _all(self) -> tuple[tuple[str, OwnVoice], ...]:
        found: list[tuple[str, OwnVoice]] = []
        for kind in (_COPIED, _DESIGNED):
            said = await self._ask("/v1/get_voice", json={"voice_type": kind})
            with failures.sensible():
                voices = said.get(kind) or ()
                found += [
                    (kind, OwnVoice(voice["voice_id"], created=voice.get("created_time", "")))
                    for voice in voices
                ]
        return tuple(found)

    async def _ask(self, path: str, **request: Any) -> Mapping[str, Any]:
        request = {"headers": self._headers, "params": self._query, **request}
        url = f"{self._origin}{path}"
        async with ask(failures, "POST", url, self._patience, plainly(failures), **request) as answer:
            body, trace = await answer.whole(), answer.headers.get("trace-id", "")
        with failures.sensible():
            said: dict[str, Any] = json.loads(body)
            check(said, trace)
        return said
