"""A caller: asks, listens, sometimes cuts in, and measures by its own sample counts."""

import random
from collections.abc import Callable
from time import monotonic

from picows import WSFrame, WSListener, WSMsgType, WSTransport

from voice_engine.bench.ear import Ear
from voice_engine.bench.plan import Plan

SLOT_S = 0.02


class Caller(WSListener):
    """One of many. `tick` is called every 20 ms with the moment it stands for: the caller's own clock.

    A moment is when a frame leaves the caller: the last voiced sample of a question leaves with its frame.
    """

    def __init__(
        self,
        number: int,
        plan: Plan,
        question: list[bytes],
        began: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.number, self._clock = number, clock
        self.ear = Ear(plan.rate)
        self._plan, self._question = plan, question
        self._silence = bytes(len(question[0]))
        self._random = random.Random(number)
        self._socket: WSTransport | None = None
        self._next_turn = began + self._random.uniform(0.5, plan.turn)
        self._to_say: list[bytes] = []
        self._cut_in_at: float | None = None
        self._cutting_in = False
        self.probing = False
        self.gone_at: float | None = None  # the server hung up
        self._pinged: float | None = None
        self._worst_pong = 0.0

    # picows

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._socket = transport

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self._socket = None
        self.gone_at = self._clock()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        now = self._clock()
        match frame.msg_type:
            case WSMsgType.BINARY:
                if self.ear.sound(frame.get_payload_as_bytes(), now):
                    self._answered(now)
            case WSMsgType.TEXT:
                if b'"clear"' in frame.get_payload_as_bytes():
                    self.ear.clear(now)
            case WSMsgType.PONG if self._pinged is not None:
                self._worst_pong = max(self._worst_pong, now - self._pinged)
                self._pinged = None
            case WSMsgType.CLOSE:
                transport.disconnect()

    # what it does

    @property
    def connected(self) -> bool:
        """Whether the line stands."""
        return self._socket is not None and not self._socket.is_disconnected

    def take_worst_pong(self) -> float:
        """How long the server has taken to answer a ping at worst, since this was asked last; seconds."""
        worst, self._worst_pong = self._worst_pong, 0.0
        return worst

    def tick(self, now: float) -> None:
        """Send the 20 ms that end at `now`."""
        if self._socket is None or self._socket.is_disconnected:
            return
        self._mind_the_plan(now)
        speaking = bool(self._to_say)
        self._socket.send(WSMsgType.BINARY, self._to_say.pop(0) if speaking else self._silence)
        if speaking and not self._to_say:
            self.ear.asked(now)
        if self.probing and self._pinged is None:
            self._pinged = self._clock()
            self._socket.send_ping(b"p")

    def hang_up(self) -> None:
        """Goodbye."""
        if self._socket is not None and not self._socket.is_disconnected:
            self._socket.send_close()
            self._socket.disconnect()

    def _mind_the_plan(self, now: float) -> None:
        waiting = self.ear.waiting_since
        if waiting is not None and now - waiting > self._plan.patience:
            self.ear.gave_up()
        if self._cut_in_at is not None and now >= self._cut_in_at:
            self._cut_in_at, self._cutting_in = None, True
            self._to_say = self._question[: round(self._plan.interrupt_for / SLOT_S)]
            self.ear.cut_in(now)
        elif now >= self._next_turn and not self._to_say:
            self._next_turn += self._plan.turn
            self._cut_in_at, self._cutting_in = None, False
            self._to_say = list(self._question)
            self.ear.turn()

    def _answered(self, now: float) -> None:
        """Once in a turn, in some turns, the answer is cut into; the answer to that is heard out."""
        if not self._cutting_in and self._random.random() < self._plan.interrupted_share:
            self._cut_in_at = now + self._plan.interrupt_after
