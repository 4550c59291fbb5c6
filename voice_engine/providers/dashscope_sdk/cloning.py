"""Voices of one's own: CosyVoice's and Qwen's, copied or designed, over the SDK's HTTP transport.

CosyVoice copies from a public URL only, Qwen from a URL or from a file of at most 10 MB. A voice speaks only
with the model it was made for (`NewVoice.model`): cosyvoice-…, qwen3-tts-vc-realtime-… for a copy,
qwen3-tts-vd-realtime-… for a design. Billed is each voice that is made.
"""

import asyncio
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from voice_engine.kernel.errors import BadRequest, NotFound, ProviderError
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.cloning import NewVoice, OwnVoice, Sample, Status, checked
from voice_engine.providers.connections import http
from voice_engine.providers.dashscope_sdk import VENDOR, failures
from voice_engine.providers.dashscope_sdk.config import account
from voice_engine.providers.dashscope_sdk.errors import provider_error
from voice_engine.providers.dashscope_sdk.links import http_address, sdk

PATH = "/services/audio/tts/customization"
LARGEST_SAMPLE = 7 * 1024 * 1024  # bytes; the vendor takes 10 MB of base64
PAGE, MOST_PAGES = 100, 10
_COSY, _COPIES, _DESIGNS = "voice-enrollment", "qwen-voice-enrollment", "qwen-voice-design"
_STATUS: dict[str, Status] = {"OK": "ready", "DEPLOYING": "processing", "UNDEPLOYED": "failed"}


class DashScopeCloner:
    """The voices of one account. `base_url` may be the HTTP or the WebSocket address."""

    vendor = VENDOR

    def __init__(self, config: ProviderConfig) -> None:
        if config.base_url.startswith("http"):
            config = replace(config, base_url=config.base_url.replace("http", "ws", 1))
        self._account, self._timeout_s = account(config), config.timeout_s

    async def create(self, wanted: NewVoice) -> OwnVoice:
        """See VoiceCloner. Copies of CosyVoice are checked by the vendor first: `processing`."""
        family = _family_of_model(checked(wanted).model, designed=not wanted.sample)
        fields = _cosy(wanted) if family == _COSY else _qwen(wanted)
        output = await self._ask(family, "create_voice" if family == _COSY else "create", **fields)
        with failures.sensible():
            preview = b64decode((output.get("preview_audio") or {}).get("data") or "")
            status: Status = "processing" if family == _COSY else "ready"
            model = str(output.get("target_model") or wanted.model)
            return OwnVoice(_id(output), status, model, preview=preview)

    async def get(self, voice_id: str) -> OwnVoice:
        """See VoiceCloner. Copies of Qwen are looked up in the list, the vendor tells them no other way."""
        family = _family_of_voice(voice_id)
        if family == _COPIES:
            for voice in await self._all(family):
                if voice.id == voice_id:
                    return voice
            raise _missing(voice_id)
        if family == _COSY:
            return _voice(await self._ask(family, "query_voice", voice_id=voice_id), voice_id)
        return _voice(await self._ask(family, "query", voice=voice_id), voice_id)

    async def list(self) -> tuple[OwnVoice, ...]:
        """See VoiceCloner."""
        found = await asyncio.gather(*(self._all(family) for family in (_COSY, _COPIES, _DESIGNS)))
        return tuple(voice for voices in found for voice in voices)

    async def update(self, voice_id: str, sample: Sample, consent: str) -> None:
        """Copy a voice of CosyVoice anew, from another sample."""
        if _family_of_voice(voice_id) != _COSY:
            raise BadRequest("cannot_update", "Only CosyVoice copies anew; make a new voice.")
        checked(NewVoice("any", "", sample, consent))
        await self._ask(_COSY, "update_voice", voice_id=voice_id, url=_url(sample))

    async def delete(self, voice_id: str) -> None:
        """See VoiceCloner."""
        family = _family_of_voice(voice_id)
        if family == _COSY:
            await self._ask(family, "delete_voice", voice_id=voice_id)
        else:
            await self._ask(family, "delete", voice=voice_id)

    async def _all(self, family: str) -> tuple[OwnVoice, ...]:
        action = "list_voice" if family == _COSY else "list"
        found: tuple[OwnVoice, ...] = ()
        for page in range(MOST_PAGES):
            output = await self._ask(family, action, page_index=page, page_size=PAGE)
            with failures.sensible():
                voices = tuple(_voice(fields) for fields in output.get("voice_list") or ())
            found += voices
            if len(voices) < PAGE:
                break
        return found

    async def _ask(self, family: str, action: str, **fields: Any) -> Mapping[str, Any]:
        if not self._account.api_key:
            raise failures.of(
                "auth", "There is no DashScope API key; set DASHSCOPE_API_KEY or add a credential."
            )
        try:
            async with asyncio.timeout(self._timeout_s):
                body = await self._post({"model": family, "input": {**fields, "action": action}})
        except Exception as error:  # boundary: the SDK raises what it likes
            raise _told(provider_error(error), fields.get("voice_id") or fields.get("voice")) from error
        output = body.get("output")
        return output if isinstance(output, Mapping) else {}

    async def _post(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        await asyncio.to_thread(sdk)
        from dashscope.v2.transport import AsyncTransport
        from dashscope.v2.types.common import response_body

        transport = AsyncTransport(base_url="", http_client=await http(None), max_retries=0)
        response = await transport.request(
            "POST",
            PATH,
            json=body,
            base_url=http_address(self._account),
            api_key=self._account.api_key,
            workspace=self._account.workspace or None,
            sdk_module="audio",
        )
        answer: Mapping[str, Any] = response_body(response, raise_on_error=True)
        return answer


def _family_of_model(model: str, *, designed: bool) -> str:
    if model.startswith("cosyvoice"):
        return _COSY
    kind, family = ("-vd-", _DESIGNS) if designed else ("-vc-", _COPIES)
    if not model.startswith("qwen") or kind not in model:
        example = f"qwen3-tts{kind}realtime-2026-01-15"
        message = f"{model!r} cannot do that; use for example cosyvoice-v3-plus or {example}."
        raise BadRequest("bad_model", message, field="model")
    return family


def _family_of_voice(voice_id: str) -> str:
    if voice_id.startswith("cosyvoice-"):
        return _COSY
    if voice_id.startswith("qwen"):
        return _DESIGNS if "-vd-" in voice_id else _COPIES
    raise _missing(voice_id)


def _cosy(wanted: NewVoice) -> dict[str, Any]:
    fields: dict[str, Any] = {"target_model": wanted.model, "prefix": wanted.name}
    if wanted.language:
        fields["language_hints"] = [wanted.language.partition("-")[0].lower()]
    if wanted.sample:
        return {**fields, "url": _url(wanted.sample)}
    return {**fields, "voice_prompt": wanted.description, "preview_text": wanted.preview}


def _qwen(wanted: NewVoice) -> dict[str, Any]:
    fields: dict[str, Any] = {"target_model": wanted.model, "preferred_name": wanted.name}
    if wanted.language:
        fields["language"] = wanted.language.partition("-")[0].lower()
    if wanted.sample is None:
        return {**fields, "voice_prompt": wanted.description, "preview_text": wanted.preview}
    if wanted.sample.text:
        fields["text"] = wanted.sample.text
    return {**fields, "audio": {"data": wanted.sample.url or _data_url(wanted.sample)}}


def _url(sample: Sample) -> str:
    if not sample.url:
        message = "CosyVoice copies voices from a public URL only; give one, or use a qwen3-tts-vc-… model."
        raise BadRequest("sample_needs_url", message, field="sample")
    return sample.url


def _data_url(sample: Sample) -> str:
    if len(sample.audio) > LARGEST_SAMPLE:
        raise BadRequest("sample_too_large", "A sample has at most 7 MB.", field="sample")
    return f"data:{sample.media_type};base64,{b64encode(sample.audio).decode()}"


def _id(fields: Mapping[str, Any], known: str = "") -> str:
    found = fields.get("voice_id") or fields.get("voice") or known
    if not isinstance(found, str) or not found:
        raise failures.of("server", "DashScope's answer names no voice.")
    return found


def _voice(fields: Mapping[str, Any], voice_id: str = "") -> OwnVoice:
    with failures.sensible():
        return OwnVoice(
            _id(fields, voice_id),
            _STATUS.get(fields.get("status", "OK"), "processing"),
            str(fields.get("target_model") or ""),
            str(fields.get("gmt_create") or ""),
        )


def _missing(voice_id: str) -> NotFound:
    return NotFound("voice_not_found", f"This DashScope account has no voice {voice_id!r}.")


def _told(error: ProviderError, voice_id: str | None) -> ProviderError | NotFound:
    """The vendor's word for a voice that is not there is an error of its own."""
    gone = "NotExist" in error.vendor_code and not error.vendor_code.startswith("Model")
    return _missing(voice_id) if voice_id and gone else error
