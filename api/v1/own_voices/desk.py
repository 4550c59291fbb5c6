"""Between the database, which is waited for in a thread, and vendors, who are waited for in the event loop.

No transaction is open while a vendor is asked.
"""

from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from fastapi import Request

from api.db.tx import transaction
from api.http.caller import Caller
from api.v1.catalogue.sample import own_place
from api.v1.credentials.deps import engine_settings, vendors
from api.v1.credentials.repo import Credentials
from api.v1.credentials.vault import Kept
from api.v1.own_voices.repo import OwnVoices
from api.v1.own_voices.schemas import Status
from api.v1.own_voices.service import Json, OwnVoiceService
from api.v1.own_voices.vendor import in_our_words, sentence
from api.v1.own_voices.wish import Wish
from voice_engine.kernel import log
from voice_engine.kernel.errors import Conflict, NotFound, ProviderError
from voice_engine.providers.cloning import VoiceCloner

T = TypeVar("T")
_log = log.get("own_voices")


class Desk:
    """Serves one caller."""

    def __init__(self, request: Request, who: Caller) -> None:
        self._who, self._state = who, request.app.state
        self._vendors, self._wiring = vendors(request), request.app.state.wiring
        self._blobs: Path = engine_settings(request).blobs

    async def create(self, wish: Wish) -> Json:
        """The new voice. If it cannot be remembered, the vendor is told to drop it again."""
        body, wanted = wish
        account = await self._rows(lambda voices: voices.account_for(body))
        with in_our_words():
            cloner = self._cloner(body.provider, account)
            made = await cloner.create(wanted)
        try:
            now = self._wiring.clock.wall()
            voice = await self._rows(lambda voices: voices.keep(body, made, account, self._who.id, now))
        except Exception:  # boundary: whatever it was, nobody shall pay for a voice that nobody finds
            await _drop(cloner, made.id)
            raise
        return {**voice, **({"previewAudio": b64encode(made.preview).decode()} if made.preview else {})}

    async def get(self, id: str) -> Json:
        """A voice; its vendor is asked while it is processing, and may fail without failing this."""
        voice: Json = await self._rows(lambda voices: voices.get(id))
        if voice["status"] != "processing":
            return voice
        try:
            row, account = await self._rows(lambda voices: voices.account_of(id))
            found = await self._cloner(row.provider, account).get(row.voice_id)
        except NotFound as error:
            return {**await self._note(id, "failed"), "trouble": error.message}
        except (ProviderError, Conflict) as error:
            return {**voice, "trouble": sentence(error)}
        return await self._note(id, found.status)

    async def delete(self, id: str) -> Json:
        """Gone at the vendor, then here. One that the vendor does not know any more is gone already."""
        row, account = await self._rows(lambda voices: voices.account_of(id))
        with in_our_words(), suppress(NotFound):
            await self._cloner(row.provider, account).delete(row.voice_id)
        return await self.forget(id)

    async def forget(self, id: str) -> Json:
        """Gone here, whatever the vendor thinks."""

        def forget(voices: OwnVoiceService) -> Json:
            voice = voices.forget(id)
            own_place(self._blobs, id).unlink(missing_ok=True)
            return voice

        return await self._rows(forget)

    async def _note(self, id: str, status: Status) -> Json:
        return await self._rows(lambda voices: voices.note(id, status))

    async def _rows(self, work: Callable[[OwnVoiceService], T]) -> T:
        """`work` in one transaction."""
        wiring, org_id = self._wiring, self._who.org_id

        def run() -> T:
            with transaction(wiring.engine, org_id, clock=wiring.clock) as session:
                vault = Credentials(session, org_id).vault()
                platform = wiring.settings.api_own_voices_on_platform
                return work(OwnVoiceService(OwnVoices(session, org_id), vault, platform=platform))

        found: T = await self._state.workers.run(run)
        return found

    def _cloner(self, provider: str, account: Kept | None) -> VoiceCloner:
        return self._vendors.cloner(provider, account.sealed if account else "", self._who.org_id)


async def _drop(cloner: VoiceCloner, voice_id: str) -> None:
    try:
        await cloner.delete(voice_id)
    except (NotFound, ProviderError) as error:
        _log.error("own_voice_left_behind", provider=cloner.vendor, voice_id=voice_id, reason=error.message)
