"""Specs → adapters: opens sealed keys at the last moment, falls back to the platform's own."""

from pydantic import SecretStr

from voice_engine.kernel.errors import ProviderError
from voice_engine.kernel.sealed import unseal
from voice_engine.providers.base import Llm, ProviderConfig, Stt, Tts, Vad
from voice_engine.providers.registry import load
from voice_engine.settings import EngineSettings
from voice_engine.spec import ModelSpec, TranscriberSpec, VoiceSpec

# provider → (setting with the platform's key, the name people know it by); others need no key of ours
_PLATFORM_KEYS = {
    "dashscope": "DASHSCOPE_API_KEY",
    "openai": "OPENAI_API_KEY",
    "deep-seek": "DEEPSEEK_API_KEY",
}


class Factory:
    """Builds the vendors of one conversation."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings

    def stt(self, spec: TranscriberSpec, org_id: str) -> Stt:
        """The recogniser; raises ProviderError when no key is to be had, BadRequest for a wrong option."""
        config = ProviderConfig(
            model=spec.model,
            language=spec.language,
            api_key=self._key(spec.provider, spec.sealed_api_key, org_id),
            base_url=self._speech_url(spec.provider),
            keywords=spec.keywords,
            options=spec.extra,
        )
        return load("stt", spec.provider)(config)

    def llm(self, spec: ModelSpec, org_id: str) -> Llm:
        """The model; raises like `stt`."""
        # The platform's key goes to the vendor only, never to an address that a tenant has chosen.
        own_key_only = bool(spec.base_url) and not spec.sealed_api_key
        config = ProviderConfig(
            model=spec.model,
            api_key="" if own_key_only else self._key(spec.provider, spec.sealed_api_key, org_id),
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
        return load("llm", spec.provider)(config)

    def tts(self, spec: VoiceSpec, org_id: str) -> Tts:
        """The voice; raises like `stt`."""
        config = ProviderConfig(
            model=spec.model,
            language=spec.language,
            voice=spec.voice_id,
            speed=spec.speed,
            api_key=self._key(spec.provider, spec.sealed_api_key, org_id),
            base_url=self._speech_url(spec.provider),
            options=spec.extra,
        )
        return load("tts", spec.provider)(config)

    def vad(self) -> Vad:
        """One model for all calls of the process."""
        return load("vad", "silero")()

    def _key(self, provider: str, sealed: str, org_id: str) -> str:
        if sealed:
            return unseal(sealed, self._settings.secret_bytes, context=org_id)
        name = _PLATFORM_KEYS.get(provider)
        if name is None:
            return ""
        key: SecretStr = getattr(self._settings, name.lower())
        if not key.get_secret_value():
            sentence = f"No key for {provider}: set {name}, or give the assistant a credential of its own."
            raise ProviderError("auth", provider, sentence)
        return key.get_secret_value()

    def _speech_url(self, provider: str) -> str:
        return self._settings.dashscope_websocket_url if provider == "dashscope" else ""

    def _model_url(self, provider: str) -> str:
        urls = {
            "dashscope": self._settings.dashscope_compatible_url,
            "openai": self._settings.openai_base_url,
        }
        return urls.get(provider, "")
