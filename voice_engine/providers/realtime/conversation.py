"""One socket of one conversation: connects, tells, waits with a deadline, hangs up."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from math import inf
from typing import Any

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base_realtime import (
    Briefing,
    CallerSpeech,
    Ready,
    RealtimeEvent,
    RealtimeInput,
    ReplyBegan,
    ReplyEnded,
    Respond,
)
from voice_engine.providers.duplex.codec import Endpoint, Messages, Patience, Refused, Send
from voice_engine.providers.duplex.socket import Closed, Socket, connect
from voice_engine.providers.failures import Failures
from voice_engine.providers.realtime.codec import RealtimeCodec
from voice_engine.providers.realtime.inputs import Inputs
from voice_engine.providers.work import Ended, carry_out

PATIENCE = Patience(connect_s=5.0, result_s=8.0, stop_s=1.0, alive_s=8.0)


class Conversation:
    """work.Work over a codec. `patience.result_s`: until a reply that is due begins; `alive_s`: between two
    signs of life of a reply that has begun.
    """

    def __init__(
        self,
        codec: RealtimeCodec,
        endpoint: Callable[[], Endpoint],
        failures: Failures,
        refused: Refused,
        patience: Patience,
    ) -> None:
        self._codec, self._endpoint, self._failures = codec, endpoint, failures
        self._refused, self._patience = refused, patience
        self.inbox: asyncio.Queue[Any] = asyncio.Queue()
        self.over = False
        self._briefing = Briefing(())
        self._socket: Socket | None = None
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._due = self._now() + patience.connect_s
        self._replies = 0  # being generated now

    def carry_on(
        self, briefing: Briefing, inputs: AsyncIterator[RealtimeInput]
    ) -> AsyncGenerator[RealtimeEvent, None]:
        """What happens, until `inputs` ends or nobody listens."""
        self._briefing = briefing
        return carry_out(self, inputs)

    async def feed(self, source: AsyncIterator[RealtimeInput]) -> None:
        """Connect and brief; tell everything else once the vendor is ready."""
        self._socket = await connect(
            self._endpoint(), self._failures, self._patience.connect_s, self._refused
        )
        self._socket.told = self.inbox.put_nowait
        self._send(self._codec.begin(self._briefing))
        await self._ready
        if isinstance(source, Inputs):
            await source.hand_to(self._tell)
            return
        async for item in source:
            self._tell(item)

    def _tell(self, item: RealtimeInput) -> None:
        try:
            self._send(self._codec.tell(item))
        except ProviderError as error:  # whoever puts something in is not who waits for what happens
            self.inbox.put_nowait(error)
        if isinstance(item, Respond):
            self._owed()

    def _send(self, messages: Messages) -> None:
        socket = self._socket
        assert socket is not None
        for message in messages:
            socket.send(message)

    async def next_item(self) -> Any:
        """What happens next; raises ProviderError when it does not in time."""
        if not self.inbox.empty() or self._due == inf:
            return await self.inbox.get()
        try:
            async with asyncio.timeout_at(self._due):
                return await self.inbox.get()
        except TimeoutError:
            raise self._late() from None

    def _late(self) -> ProviderError:
        label = self._failures.label
        if not self._ready.done():
            return self._failures.of("timeout", f"{label} does not take the conversation.")
        if self._replies:
            return self._failures.of("timeout", f"{label} fell silent in the middle of a reply.")
        return self._failures.of("timeout", f"{label} does not answer.")

    def react(self, item: Any) -> Iterator[RealtimeEvent]:
        """What comes of a message; raises what ends the conversation."""
        if isinstance(item, Ended):
            self.over = True
        elif isinstance(item, Closed):
            raise self._codec.closed(item.code, item.reason)
        elif isinstance(item, BaseException):
            raise item
        else:
            with self._failures.sensible():
                told = list(self._codec.receive(item))
            for fact in told:
                if isinstance(fact, Send):
                    self._send((fact.message,))
                else:
                    self._notice(fact)
                    yield fact

    def _notice(self, fact: RealtimeEvent) -> None:
        match fact:
            case Ready():
                self._due = inf
                if not self._ready.done():
                    self._ready.set_result(None)
            case CallerSpeech(speaking=True):
                self._due = inf if not self._replies else self._due
            case CallerSpeech():
                self._owed()
            case ReplyBegan():
                self._replies += 1
            case ReplyEnded():
                self._replies = max(0, self._replies - 1)
                self._due = inf
        if self._replies:
            self._due = self._now() + self._patience.alive_s

    def _owed(self) -> None:
        if not self._replies:
            self._due = self._now() + self._patience.result_s

    def leave(self) -> None:
        """Hang up."""
        self.over = True
        if self._socket:
            self._socket.close()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
