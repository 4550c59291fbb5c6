"""A chat is answered: rows are read, the model is asked with no transaction open, rows are written."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import exc

from api.http.caller import Caller
from api.jobs.apply import is_outage
from api.v1.chats.books import Books
from api.v1.chats.prepare import Intake, Prepared
from api.v1.chats.wish import Wish
from api.v1.text.billing import wasted
from api.v1.text.failures import failed
from api.v1.text.models import Models
from api.v1.text.run import Outcome, TextRun
from voice_engine.kernel.clock import Clock
from voice_engine.servers.ask import Servers
from voice_engine.think.tools.server import tool_access

if TYPE_CHECKING:
    from voice_engine.providers.pool.troubles import Trouble

Json = dict[str, Any]
T = TypeVar("T")
InThread = Callable[[Callable[[], Any]], Awaitable[Any]]

WITHIN_S = 60.0
PAUSES_S = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 3.2)  # a database that restarts is back by then


class Chatting:
    """Answers messages for one caller. `in_thread` does what waits for the database."""

    def __init__(
        self, intake: Intake, books: Books, models: Models, clock: Clock, in_thread: InThread
    ) -> None:
        self._intake, self._books, self._models = intake, books, models
        self._clock, self._in_thread = clock, in_thread

    async def prepare(self, wish: Wish, caller: Caller) -> Prepared:
        """Raises what `Intake.prepare` raises. What is prepared must be answered: its session waits."""
        prepared: Prepared = await self._in_thread(partial(self._intake.prepare, wish, caller))
        return prepared

    async def answer(self, prepared: Prepared, say: Callable[[str], None]) -> Json:
        """The chat as shown; `say` is told the words as they come. Raises Unavailable and Conflict.

        Cancelled, it stops the model; what was used until then is billed, and nothing else is kept.
        """
        troubles: list[Trouble] = []
        first = _First(self._clock, prepared.began, say)
        run = self._run(prepared, troubles, first.say)
        try:
            outcome = _used(await run.answer(prepared.context, prepared.state, WITHIN_S), troubles)
            if outcome.error is not None:
                raise failed(outcome.member.name, outcome.error)
            return await self._steadily(partial(self._books.keep, prepared, outcome, first.latency_ms))
        except BaseException:
            outcome = _used(run.outcome, troubles)
            await self._steadily(partial(self._books.give_up, prepared, outcome))
            raise

    def _run(self, prepared: Prepared, troubles: "list[Trouble]", say: Callable[[str], None]) -> TextRun:
        spec, settings = prepared.compiled.spec, self._models.settings
        llm_of = partial(self._models.llm, spec.org_id, troubles.append)
        servers = Servers(settings.secret_bytes, settings.allowed_targets)
        return TextRun(prepared.squad, llm_of, tool_access(spec, servers), say)

    async def _steadily(self, work: Callable[[], T]) -> T:
        """Done in a thread, again and again while the database is away."""
        for pause in PAUSES_S:
            try:
                done: T = await self._in_thread(work)
            except exc.SQLAlchemyError as error:
                if not is_outage(error):
                    raise
                await asyncio.sleep(pause)
            else:
                return done
        last: T = await self._in_thread(work)
        return last


class _First:
    """When the first words came."""

    def __init__(self, clock: Clock, began: float, say: Callable[[str], None]) -> None:
        self._clock, self._began, self._say = clock, began, say
        self.latency_ms = 0
        self._spoken = False

    def say(self, piece: str) -> None:
        if not self._spoken:
            self._spoken = True
            self.latency_ms = round((self._clock.now() - self._began) * 1000)
        self._say(piece)


def _used(outcome: Outcome, troubles: "list[Trouble]") -> Outcome:
    """With what vendors bill although nothing came of it; twice adds nothing."""
    outcome.used += [wasted(trouble) for trouble in troubles if trouble.usage]
    troubles.clear()
    return outcome
