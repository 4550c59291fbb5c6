"""What there is to choose from, with today's prices and whose key would be used. Pure, given the facts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from api.v1.catalogue.schemas import (
    Access,
    CatalogModel,
    CatalogPrice,
    CatalogVoice,
    ModelQuery,
    VoiceQuery,
)
from api.v1.credentials.vault import Kept, Vault
from api.v1.own_voices.model import OwnVoiceRow
from api.v1.usage.rating import ALWAYS, Price, PriceList
from voice_engine.kernel.accounts import ACCOUNTS
from voice_engine.kernel.clock import iso
from voice_engine.kernel.errors import NotFound
from voice_engine.kernel.vendor_settings import platform_account
from voice_engine.providers import catalogue, registry
from voice_engine.settings import EngineSettings

_KINDS: dict[str, registry.Kind] = {"transcriber": "stt", "model": "llm", "voice": "tts"}


@dataclass(frozen=True, slots=True)
class Offer:
    """A voice, and what is known of it if it is the organisation's own."""

    voice: catalogue.Voice
    own: OwnVoiceRow | None = None


@dataclass(frozen=True, slots=True)
class Shop:
    """The catalogue as one organisation sees it now, with voices of its `own`."""

    settings: EngineSettings
    vault: Vault
    prices: PriceList
    now: datetime
    own: tuple[OwnVoiceRow, ...] = ()

    def models(self, query: ModelQuery) -> list[CatalogModel]:
        """Those that fit, by provider."""
        return [
            self._model(model)
            for model in self._listed()
            if query.component in (None, model.component)
            and query.provider in (None, model.provider)
            and (query.language is None or not model.languages or query.language in model.languages)
        ]

    def voices(self, query: VoiceQuery) -> list[CatalogVoice]:
        """Those that fit: own ones, then by provider."""
        fitting = [offer for offer in self._offers() if _fits(offer.voice, query)]
        return [self._voice(offer) for offer in fitting[: query.limit]]

    def voice(self, id: str) -> Offer:
        """Raises NotFound for one that is not listed."""
        for offer in self._offers():
            if offer.voice.id == id:
                return offer
        raise NotFound("voice_not_found", f"There is no voice {id!r} in the catalogue; see GET /v1/voices.")

    def account(self, offer: Offer) -> Kept | None:
        """The credential a voice is asked for with; None: the platform's account."""
        if offer.own is None:
            return self.vault.find(offer.voice.provider)
        named = offer.own.credential_id
        return self.vault.find(offer.voice.provider, (named,)) if named else None

    def access(self, provider: str) -> Access:
        """With whose key a call of this organisation would use the provider."""
        account = ACCOUNTS.get(provider)
        if account is None or not account.fields:
            return "none-needed"
        if self.vault.find(provider) is not None:
            return "credential"
        given = platform_account(self.settings, provider)
        if account.lacking(given):
            return "missing"
        return "platform" if given else "none-needed"

    def _offers(self) -> Iterator[Offer]:
        yield from (Offer(_own_voice(row), row) for row in self.own if row.status != "failed")
        yield from (Offer(voice) for voice in catalogue.voices())

    def _listed(self) -> Iterator[catalogue.Model]:
        """The files' models, and chat models that have a price."""
        known: set[tuple[str, str, str]] = {(m.component, m.provider, m.model) for m in catalogue.models()}
        yield from (m for m in catalogue.models() if _installed(m.component, m.provider))
        for price in self.prices.in_force(self.now):
            key = (price.component, price.provider, price.model)
            offered = price.component == "model" and price.provider in registry.names("llm")
            if offered and price.model != "*" and key not in known:
                known.add(key)
                yield catalogue.Model(price.provider, "model", price.model)

    def _model(self, model: catalogue.Model) -> CatalogModel:
        account = ACCOUNTS.get(model.provider)
        return CatalogModel(
            id=f"{model.component}:{model.provider}:{model.model}",
            component=model.component,
            provider=model.provider,
            provider_name=account.label if account else model.provider,
            model=model.model,
            default=model.default,
            languages=[*model.languages],
            sample_rates=[*model.sample_rates],
            access=self.access(model.provider),
            retired=model.retired,
            prices=self._prices(model.component, model.provider, model.model),
        )

    def _voice(self, offer: Offer) -> CatalogVoice:
        voice = offer.voice
        language = next(iter(voice.languages), "")
        model = voice.models[0] if voice.models else _default_model(voice.provider)
        return CatalogVoice(
            id=voice.id,
            provider=voice.provider,
            provider_id=voice.voice,
            slug=voice.voice,
            name=voice.name,
            language=language,
            language_code=language,
            languages=[*voice.languages],
            gender=voice.gender,
            model=model,
            supported_models=[*voice.models],
            styles=[*voice.styles],
            sample_rates=[*voice.sample_rates],
            preview_url=f"{self.settings.public_url}/v1/voices/{voice.id}/sample",
            default=voice.default,
            access=self.access(voice.provider),
            prices=self._prices("voice", voice.provider, model),
            is_public=offer.own is None,
        )

    def _prices(self, component: str, provider: str, model: str) -> list[CatalogPrice]:
        priced_as = "model" if component == "realtime" else component
        found = [
            price
            for price in self.prices.in_force(self.now)
            if (price.component, price.provider) == (priced_as, provider) and price.model in (model, "*")
        ]
        exact = [price for price in found if price.model == model]
        return [_price(price) for price in exact or found]


def _own_voice(row: OwnVoiceRow) -> catalogue.Voice:
    language = row.language.partition("-")[0].lower()
    languages = (language,) if language else ()
    return catalogue.Voice(row.provider, row.voice_id, row.name, languages, models=(row.model,))


def _fits(voice: catalogue.Voice, query: VoiceQuery) -> bool:
    return (
        query.provider in (None, voice.provider)
        and query.gender in (None, voice.gender)
        and (query.language is None or query.language in voice.languages)
        and (query.model is None or not voice.models or query.model in voice.models)
    )


def _installed(component: str, provider: str) -> bool:
    kind = _KINDS.get(component)
    return kind is None or provider in registry.names(kind)


def _default_model(provider: str) -> str:
    found = [
        m for m in catalogue.models() if (m.component, m.provider, m.default) == ("voice", provider, True)
    ]
    return found[0].model if found else ""


def _price(price: Price) -> CatalogPrice:
    return CatalogPrice(
        unit=price.unit,
        per=price.per,
        price=str(price.price),
        currency=price.currency,
        source=price.source,
        as_of=price.as_of.isoformat(),
        valid_from=None if price.valid_from == ALWAYS else iso(price.valid_from),
    )
