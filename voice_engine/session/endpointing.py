"""The customer's server is asked how long a silence ends the turn (`call.endpointing.request`)."""

import asyncio
from collections.abc import Callable, Sequence

from voice_engine.kernel.errors import YingdaError
from voice_engine.providers.base import Message
from voice_engine.spec import ToolSpec
from voice_engine.think.tools.base import AskServer
from voice_engine.think.tools.house import conversation_of

LONGEST_S = 15.0


class Endpointing:
    """Asks about the words of one turn, again when there are more. `advise` gets the seconds, or None."""

    def __init__(
        self,
        server: ToolSpec,
        ask: AskServer,
        history: Callable[[str], Sequence[Message]],
        advise: Callable[[float | None], None],
    ) -> None:
        self._server, self._ask, self._history, self._advise = server, ask, history, advise
        self._task: asyncio.Task[None] | None = None
        self._asked = ""

    def consider(self, text: str) -> bool:
        """The caller is silent and has said this: whether that is asked about now, for the first time."""
        if text == self._asked:
            return False
        self.drop()
        self._asked = text
        self._task = asyncio.create_task(self._inquire(text), name="endpointing")
        return True

    def drop(self) -> None:
        """The caller goes on, or the turn is over: nobody wants to know any more."""
        self._asked = ""
        if self._task:
            self._task.cancel()
            self._task = None

    async def _inquire(self, text: str) -> None:
        asked = {"type": "call.endpointing.request", **conversation_of(self._history(text))}
        seconds: float | None = None
        try:
            async with asyncio.timeout(self._server.timeout_s):
                found = (await self._ask(self._server, asked)).get("timeoutSeconds")
            if isinstance(found, int | float) and not isinstance(found, bool):
                seconds = min(max(float(found), 0.0), LONGEST_S)
        except (YingdaError, TimeoutError):
            seconds = None
        self._advise(seconds)
