"""`/v1/models`, `/v1/voices` and Vapi's `/voice-library/{provider}`."""

import asyncio
import os
from functools import partial
from pathlib import Path
from typing import Annotated
from weakref import WeakValueDictionary

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.db.tx import TenantSession, transaction
from api.http.caller import Caller
from api.http.deps import Db, Time, needs
from api.http.errors import errors
from api.http.route import Resource
from api.v1.catalogue.sample import own_place, place_of, record
from api.v1.catalogue.schemas import CatalogModel, CatalogVoice, ModelQuery, VoiceQuery
from api.v1.catalogue.service import Offer, Shop
from api.v1.credentials.deps import engine_settings, vendors
from api.v1.credentials.repo import Credentials
from api.v1.own_voices.repo import OwnVoices
from api.v1.usage.prices import prices
from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import BadRequest, Forbidden, NotFound, Unauthorized, Unavailable
from voice_engine.settings import EngineSettings
from voice_engine.spec import VoiceSpec

Reader = Annotated[Caller, Depends(needs("assistants:read"))]
_DAY_S = 86400
_recording: WeakValueDictionary[Path, asyncio.Lock] = WeakValueDictionary()


async def _shop(db: Db, request: Request, time: Time) -> Shop:
    return _shop_in(db, engine_settings(request), time)


ThisShop = Annotated[Shop, Depends(_shop)]


def models(query: Annotated[ModelQuery, Query()], who: Reader, db: Db, shop: ThisShop) -> list[CatalogModel]:
    """Models of recognisers, language models and voices, with prices and whose key would be used."""
    return shop.models(query)


def voices(query: Annotated[VoiceQuery, Query()], who: Reader, db: Db, shop: ThisShop) -> list[CatalogVoice]:
    """Voices with language, gender, styles, a sample and prices. Others of a vendor may be named too."""
    return shop.voices(query)


def voice_library(
    provider: str, query: Annotated[VoiceQuery, Query()], who: Reader, db: Db, shop: ThisShop
) -> list[CatalogVoice]:
    """The voices of one provider, as Vapi lists them."""
    return shop.voices(query.model_copy(update={"provider": provider}))


async def sample(id: str, who: Reader, request: Request) -> Response:
    """How a voice sounds: a WAV, made with the vendor when somebody first asks and kept."""
    state, settings = request.app.state, engine_settings(request)
    open_session = partial(transaction, state.wiring.engine, who.org_id, clock=state.wiring.clock)

    def read() -> Shop:
        with open_session() as session:
            return _shop_in(session, settings, state.wiring.clock)

    shop = await state.workers.run(read)
    offer = shop.voice(id)
    voice, own = offer.voice, offer.own
    place = own_place(settings.blobs, own.id) if own else place_of(settings.blobs, voice)
    async with _recording.setdefault(place, asyncio.Lock()):  # whoever else asks waits for the first
        if not await state.workers.run(place.exists):
            spec = _spec(offer, shop)
            sound = await record(voice, vendors(request).alone(spec, who.org_id))
            await state.workers.run(partial(_keep, place, sound))
    content = await state.workers.run(place.read_bytes)
    return Response(content, media_type="audio/wav", headers={"Cache-Control": f"private, max-age={_DAY_S}"})


def _spec(offer: Offer, shop: Shop) -> VoiceSpec:
    voice, kept = offer.voice, shop.account(offer)
    return VoiceSpec(
        provider=voice.provider,
        voice_id=voice.voice,
        model=voice.models[0] if voice.models else "",
        language=next(iter(voice.languages), ""),
        sealed_api_key=kept.sealed if kept else "",
    )


def library(prefix: str) -> APIRouter:
    """Vapi's path."""
    found = Resource(prefix, tag="Catalogue")
    found.get("/{provider}", response_model=list[CatalogVoice], responses=_READ)(voice_library)
    return found


def _shop_in(session: TenantSession, settings: EngineSettings, clock: Clock) -> Shop:
    vault, own = Credentials(session, session.org_id).vault(), OwnVoices(session, session.org_id).all()
    return Shop(settings, vault, prices(session), clock.wall(), own)


def _keep(place: Path, sound: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(sound)
    part.replace(place)


_READ = errors(BadRequest, Unauthorized, Forbidden)
router = Resource("/v1/models", tag="Catalogue")
router.get("", response_model=list[CatalogModel], responses=_READ)(models)
voice_router = Resource("/v1/voices", tag="Catalogue")
voice_router.get("", response_model=list[CatalogVoice], responses=_READ)(voices)
samples = APIRouter(prefix="/v1/voices", tags=["Catalogue"])
samples.get(
    "/{id}/sample",
    response_class=Response,
    responses=errors(Unauthorized, Forbidden, NotFound, Unavailable) | {200: {"content": {"audio/wav": {}}}},
)(sample)
