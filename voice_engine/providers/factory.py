"""Specs → pools of adapters: opens sealed keys at the last moment, falls back to the platform's own."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from voice_engine.kernel.accounts import refuse_incomplete, unpacked
from voice_engine.kernel.errors import BadRequest, ProviderError
from voice_engine.kernel.sealed import unseal
from voice_engine.kernel.vendor_settings import platform_account, platform_url
from voice_engine.providers.base import Llm, ProviderConfig, Stt, Tts, Vad
from voice_engine.providers.base_realtime import Realtime
from voice_engine.providers.cloning import VoiceCloner
from voice_engine.providers.pool.figures import Component, Gauges, silent
from voice_engine.providers.pool.llm import PoolLlm
from voice_engine.providers.pool.member import Member
from voice_engine.providers.pool.race import RaceStt
from voice_engine.providers.pool.stt import PoolStt
from voice_engine.providers.pool.troubles import Trouble, Troubles
from voice_engine.providers.pool.tts import PoolTts
from voice_engine.providers.pool.vendors import Vendors
from voice_engine.providers.realtime.models import speaks_itself
from voice_engine.providers.registry import load
from voice_engine.providers.resampled import at_hearing_rate
from voice_engine.settings import EngineSettings
from voice_engine.spec import AssistantSpec, ModelSpec, TranscriberSpec, VoiceSpec

CLONING_S = 60.0  # a sample of 10 MB has to reach the vendor
S = TypeVar("S", ModelSpec, TranscriberSpec, VoiceSpec)


class Factory:
    """Builds the vendors of one conversation; knows how the vendors of all conversations do.

    Each method raises ProviderError when no key is to be had and BadRequest for an unknown provider or a
    wrong option, of a fallback too; a fallback the platform has no key for is skipped, which is a trouble,
    and so is one of the platform's own that cannot be built.
    """

    def __init__(self, settings: EngineSettings, gauges: Gauges = silent) -> None:
        self._settings = settings
        self.vendors = Vendors(settings, gauges)

    def stt(self, spec: TranscriberSpec, org_id: str, troubles: Troubles | None = None) -> Stt:
        """The recogniser and its fallbacks, one after the other or in a race."""
        troubles = troubles or Troubles()
        members = self._members("stt", spec, org_id, troubles, self._stt_config)
        race = self.vendors.complete(spec).race and len(members) > 1
        return RaceStt(members, troubles) if race else PoolStt(members, troubles)

    def llm(
        self, spec: ModelSpec, org_id: str, troubles: Troubles | None = None, *, hedged: bool = True
    ) -> Llm:
        """The model and its fallbacks; not `hedged` where nobody waits on the line.

        A tenant's own server that is alone is not hedged either: who knows what it does when it is asked.
        """
        troubles = troubles or Troubles()
        members = self._members("llm", spec, org_id, troubles, self._llm_config)
        own = bool(spec.base_url) and len(members) == 1
        return PoolLlm(members, troubles, total_s=spec.timeout_s, hedged=hedged and not own)

    def tts(self, spec: VoiceSpec, org_id: str, troubles: Troubles | None = None) -> Tts:
        """The voice and its fallbacks."""
        troubles = troubles or Troubles()
        return PoolTts(self._members("tts", spec, org_id, troubles, self._tts_config), troubles)

    def realtime(self, spec: AssistantSpec, org_id: str) -> Realtime:
        """An assistant's realtime model. Who takes over from it is the session's business."""
        model, own = spec.model, speaks_itself(spec)
        if model.base_url:
            sentence = "A realtime model is reached at its vendor's own address: leave model.url out."
            raise BadRequest("bad_option", sentence, field="model.url")
        address = self._speech_url(model.provider) or self._model_url(model.provider)
        config = ProviderConfig(
            model=model.model,
            language=spec.transcriber.language or spec.voice.language,
            voice=spec.voice.voice_id if own else "",
            speed=spec.voice.speed if own else 1.0,
            secrets=self._secrets(model.provider, model.sealed_api_key, org_id),
            base_url=address,
            temperature=model.temperature,
            timeout_s=model.timeout_s,
            options=model.extra,
        )
        adapter: Realtime = load("realtime", model.provider)(config)
        return adapter

    def vad(self) -> Vad:
        """One model for all calls of the process."""
        return load("vad", "silero")()

    def cloner(self, provider: str, sealed: str, org_id: str) -> VoiceCloner:
        """Voices of one's own, in the account that is `sealed` or, if that is empty, in the platform's."""
        config = ProviderConfig(
            secrets=self._secrets(provider, sealed, org_id),
            base_url=self._speech_url(provider),
            timeout_s=CLONING_S,
            options={"allowedTargets": tuple(self._settings.allowed_targets)},
        )
        cloner: VoiceCloner = load("cloner", provider)(config)
        return cloner

    def alone(self, spec: S, org_id: str) -> Any:
        """The adapter itself, without a pool: nobody takes over, its failures are its own."""
        if isinstance(spec, ModelSpec):
            return load("llm", spec.provider)(self._llm_config(spec, org_id))
        if isinstance(spec, VoiceSpec):
            return load("tts", spec.provider)(self._tts_config(spec, org_id))
        return at_hearing_rate(load("stt", spec.provider)(self._stt_config(spec, org_id)))

    def _members(
        self,
        component: Component,
        spec: S,
        org_id: str,
        troubles: Troubles,
        configure: Callable[[S, str], ProviderConfig],
    ) -> list[Member[Any]]:
        whole = self.vendors.complete(spec)
        members = [self._member(component, spec, org_id, configure)]
        for one in whole.fallbacks:
            try:
                members.append(self._member(component, one, org_id, configure))
            except (BadRequest, ProviderError) as error:
                if isinstance(error, BadRequest) and spec.fallbacks:
                    raise
                skipped = _as_skipped(error, one.provider)
                troubles.report(Trouble("skipped", component, one.provider, one.model, error=skipped))
        return self.vendors.order(component, whole, members)

    def _member(
        self, component: Component, spec: S, org_id: str, configure: Callable[[S, str], ProviderConfig]
    ) -> Member[Any]:
        config = configure(spec, org_id)
        part = load(component, spec.provider)(config)
        if component == "stt":
            part = at_hearing_rate(part)
        return self.vendors.member(component, spec, org_id, config, part)

    def _stt_config(self, spec: TranscriberSpec, org_id: str) -> ProviderConfig:
        return ProviderConfig(
            model=spec.model,
            language=spec.language,
            secrets=self._speech_secrets(spec, org_id),
            base_url=self._speech_url(spec.provider),
            keywords=spec.keywords,
            options=self._speech_options(spec, org_id),
        )

    def _llm_config(self, spec: ModelSpec, org_id: str) -> ProviderConfig:
        # The platform's key goes to the vendor only, never to an address that a tenant has chosen.
        own_key_only = bool(spec.base_url) and not spec.sealed_api_key
        return ProviderConfig(
            model=spec.model,
            secrets={} if own_key_only else self._secrets(spec.provider, spec.sealed_api_key, org_id),
            base_url=spec.base_url or self._model_url(spec.provider),
            headers=spec.headers,
            temperature=spec.temperature,
            max_tokens=spec.max_tokens,
            timeout_s=spec.timeout_s,
            options={
                **spec.extra,
                "provider": spec.provider,
                "guarded": bool(spec.base_url),
                "allowedTargets": tuple(self._settings.allowed_targets),
            },
        )

    def _tts_config(self, spec: VoiceSpec, org_id: str) -> ProviderConfig:
        return ProviderConfig(
            model=spec.model,
            language=spec.language,
            voice=spec.voice_id,
            speed=spec.speed,
            secrets=self._speech_secrets(spec, org_id),
            base_url=self._speech_url(spec.provider),
            options=self._speech_options(spec, org_id),
        )

    def _speech_secrets(self, spec: TranscriberSpec | VoiceSpec, org_id: str) -> dict[str, str]:
        # As with models: the platform's key never goes to an address that a tenant has chosen.
        own = spec.extra.get("url") or spec.extra.get("server")
        if own and not spec.sealed_api_key:
            return {}
        return self._secrets(spec.provider, spec.sealed_api_key, org_id)

    def _speech_options(self, spec: TranscriberSpec | VoiceSpec, org_id: str) -> dict[str, Any]:
        options = {
            **spec.extra,
            "allowedTargets": tuple(self._settings.allowed_targets),
            "modelsDirectory": self._settings.sherpa_onnx_models,
        }
        server = dict(options.get("server") or {})
        if sealed := server.pop("sealedSecret", ""):
            server["secret"] = unseal(sealed, self._settings.secret_bytes, context=org_id)
        if proof := server.pop("authentication", None):
            places = json.loads(unseal(proof["sealed"], self._settings.secret_bytes, context=org_id))
            secrets = {place.rpartition(".")[2]: value for place, value in places.items()}
            server["proof"] = {"plan": proof["plan"], "secrets": secrets}
        return {**options, "server": server} if server else options

    def _secrets(self, provider: str, sealed: str, org_id: str) -> dict[str, str]:
        if sealed:
            secrets = unpacked(unseal(sealed, self._settings.secret_bytes, context=org_id))
        else:
            secrets = platform_account(self._settings, provider)
        refuse_incomplete(provider, secrets)
        return secrets

    def _speech_url(self, provider: str) -> str:
        url = platform_url(self._settings, provider)
        if provider == "dashscope":  # its SDK wants sockets
            return self._settings.dashscope_websocket_url or url.replace("http", "ws", 1)
        return url

    def _model_url(self, provider: str) -> str:
        url = platform_url(self._settings, provider)
        return url or self._settings.dashscope_compatible_url if provider == "dashscope" else url


def _as_skipped(error: BadRequest | ProviderError, provider: str) -> ProviderError:
    return (
        error if isinstance(error, ProviderError) else ProviderError("bad_request", provider, error.message)
    )
