"""`Idempotency-Key` where a handler waits for somebody else and has no transaction around it.

    async def create(request: Request, who: Writer) -> Response:
        return await once(request, who, lambda: …)  # a coroutine that gives the response

The key is claimed in a transaction of its own before the work begins and the answer stored after it; a
stream is stored when it has ended. In between a duplicate is told 409 with Retry-After. Work that fails
leaves the key free; what a killed process was doing is claimed anew after `ABANDONED`.
"""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.db.tx import TenantSession, transaction
from api.http import audit
from api.http.caller import Caller
from api.http.idempotency import Claim, Stored, claim_of, release, replay, store

LARGEST_STREAM = 1 << 20  # bytes; what streams more is not kept, and its key is free again
T = TypeVar("T")


async def once(
    request: Request,
    caller: Caller,
    work: Callable[[], Awaitable[Response]],
    content: bytes | None = None,
) -> Response:
    """What `work` answers, or what it has answered to this Idempotency-Key before.

    `content` stands for the body where the same request may have different bytes, as forms have.
    Raises Conflict (idempotency_in_progress, idempotency_key_reused), BadRequest, and what `work` raises.
    """
    state = request.app.state
    claim = await claim_of(request, caller, state.wiring.settings.secret_bytes, content)
    if claim is None:
        return await work()
    desk = _Desk(state, caller.org_id)
    held = await desk.claim(claim)
    if isinstance(held, Stored):
        audit.is_recorded(request.scope)
        return held.response()
    try:
        answer = await work()
    except Exception:  # boundary: a cancelled one may have been done, so its claim stays until it runs out
        await desk.give_back(held)
        raise
    return await desk.keep(held, answer)


@dataclass(frozen=True, slots=True)
class _Held:
    """A claim, and when it was made: so one that has run out cannot overwrite its successor's answer."""

    claim: Claim
    since: datetime


class _Desk:
    """The rows, each step in a transaction of its own."""

    def __init__(self, state: Any, org_id: str) -> None:
        self._state, self._org_id = state, org_id

    async def claim(self, claim: Claim) -> Stored | _Held:
        def step(session: TenantSession) -> Stored | _Held:
            now = session.now()
            return replay(session, claim, now) or _Held(claim, now)

        return await self._rows(step)

    async def give_back(self, held: _Held) -> None:
        await self._rows(lambda session: release(session, held.claim, held.since))

    async def keep(self, held: _Held, answer: Response) -> Response:
        """The answer, stored; a stream is passed on and stored at its end."""
        if isinstance(answer, StreamingResponse):
            answer.body_iterator = self._kept_stream(held, answer, answer.body_iterator)
            return answer
        await self._store(held, answer, bytes(answer.body))
        return answer

    async def _kept_stream(
        self, held: _Held, answer: StreamingResponse, source: AsyncIterable[Any]
    ) -> AsyncIterator[Any]:
        said = bytearray()
        whole = False
        try:
            async for piece in source:
                if len(said) <= LARGEST_STREAM:
                    said += piece.encode() if isinstance(piece, str) else piece
                yield piece
            whole = len(said) <= LARGEST_STREAM and getattr(answer, "complete", True)
        finally:
            await (self._store(held, answer, bytes(said)) if whole else self.give_back(held))

    async def _store(self, held: _Held, answer: Response, body: bytes) -> None:
        media_type = answer.media_type or "application/json"
        stored = Stored(answer.status_code, body, media_type)
        await self._rows(partial(store, claim=held.claim, answer=stored, since=held.since))

    async def _rows(self, step: Callable[[TenantSession], T]) -> T:
        wiring = self._state.wiring

        def run() -> T:
            with transaction(wiring.engine, self._org_id, clock=wiring.clock) as session:
                return step(session)

        done: T = await self._state.workers.run(run)
        return done
