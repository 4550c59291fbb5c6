"""Several models as one: late ones are hedged, failed ones replaced, and no word comes twice.

Before its first word a model is replaced unnoticed. After it, the next one is shown what has been said and
goes on from there; whatever it repeats is cut off (see `seam`). Tool calls come from one model only.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.base import Delta, Llm, Message, Tool, Usage
from voice_engine.providers.llm.answer import tokens
from voice_engine.providers.pool.contest import AGAIN, NOT_PASSED_ON, Contest, Rules
from voice_engine.providers.pool.member import Desk, Member
from voice_engine.providers.pool.seam import Seam, WholeWords
from voice_engine.providers.pool.strategy import Strategy, ordered
from voice_engine.providers.pool.troubles import Troubles

STALL_S = 2.0  # between two deltas of a model that has begun
TOTAL_S = 20.0  # until somebody's first delta
BREAKS = 2  # models that may break off in one reply

_GO_ON = (
    "[你的上一条回答在传输中断了。请从中断处的下一个字继续说，不要重复已经说过的内容，不要道歉，也不要提及中断。"
    " Your last answer was cut off in transit. Continue with the very next word: repeat nothing, do not"
    " apologise, do not mention this.]"
)


class PoolLlm:
    """A model made of models; the first member is the one the assistant names."""

    def __init__(
        self,
        members: list[Member[Llm]],
        troubles: Troubles | None = None,
        *,
        strategy: Strategy[Llm] = ordered,
        stall_s: float = STALL_S,
        total_s: float = TOTAL_S,
    ) -> None:
        self.vendor = members[0].provider
        self._desk = Desk("llm", members, troubles or Troubles())
        self._strategy, self._stall_s, self._total_s = strategy, stall_s, total_s

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> AsyncIterator[Delta]:
        """The reply as it is generated; ProviderError when nobody can begin or finish it."""
        reply = _Reply(self._desk, self._strategy, self._stall_s, self._total_s, messages, tools)
        try:
            while not reply.over:
                delta = await reply.next()
                if delta is not None:
                    yield delta
        finally:
            await reply.close()


class _Reply:
    """One reply, by one model or, where that breaks off, by several."""

    def __init__(
        self,
        desk: Desk[Llm],
        strategy: Strategy[Llm],
        stall_s: float,
        total_s: float,
        messages: Sequence[Message],
        tools: Sequence[Tool],
    ) -> None:
        self._desk, self._strategy, self._stall_s = desk, strategy, stall_s
        self._messages, self._asked, self._tools = messages, messages, tools
        self._rules = Rules[Llm, Delta](self._ask, _any, _an_answer, self._cost, total_s)
        self._contest = Contest(desk, strategy, self._rules)
        self._contest.start()
        self._words = WholeWords()
        self._said: list[str] = []
        self._said_before = 0  # pieces said by models that broke off
        self._seam: Seam | None = None
        self._broken: list[Member[Llm]] = []
        self._called = False
        self.over = False

    async def next(self) -> Delta | None:
        """The next delta, or None if this step brought nothing to deliver."""
        try:
            return self._taken(await self._contest.next(self._stall_s))
        except StopAsyncIteration:
            self.over = True
            self._well_done()
            return self._rest()
        except ProviderError as error:
            if not self._said and not self._called and self._contest.winner is None:
                raise
            await self._broke_off(error)
            return None

    async def close(self) -> None:
        await self._contest.close()

    def _ask(self, member: Member[Llm]) -> AsyncIterator[Delta]:
        return member.part.reply(self._asked, self._tools)

    def _cost(self) -> Usage:
        asked = sum(4 + tokens(message.content) for message in self._asked)
        said = sum(tokens(text) for text in self._said[self._said_before :])
        return Usage({"promptTokens": float(asked), "completionTokens": float(said)}, estimated=True)

    def _taken(self, delta: Delta) -> Delta | None:
        ending = bool(delta.tool_calls or delta.finish_reason or delta.usage)
        text = self._words.feed(self._new(delta.text)) if delta.text else ""
        if ending:
            self._called = self._called or bool(delta.tool_calls)
            text += self._rest_of_words()
        if text:
            self._said.append(text)
        if not ending:
            return delta if text == delta.text and text else Delta(text) if text else None
        usage = self._contest.winner.stamp(delta.usage) if delta.usage and self._contest.winner else None
        return replace(delta, text=text, usage=usage)

    def _new(self, text: str) -> str:
        """What goes beyond what a model before this one has said."""
        return self._seam.feed(text) if self._seam else text

    def _rest_of_words(self) -> str:
        last = self._words.feed(self._seam.end()) if self._seam else ""
        return last + self._words.end()

    def _rest(self) -> Delta | None:
        text = self._rest_of_words()
        return Delta(text) if text else None

    def _well_done(self) -> None:
        if self._contest.winner is not None:
            self._desk.succeeded(self._contest.winner, self._contest.now)

    async def _broke_off(self, error: ProviderError) -> None:
        """The model failed in the middle: another goes on, unless there is nothing to go on with."""
        member = self._contest.winner
        if member is None:
            raise error
        self._desk.failed(member, error, self._contest.now, self._cost())
        self._broken.append(member)
        if self._called:
            self.over = True
            return
        if self._hopeless(error):
            raise error
        await self._contest.close()
        self._words = WholeWords()
        said, self._said_before = "".join(self._said), len(self._said)
        if said:
            self._seam = Seam(said)
            so_far = (Message("assistant", said), Message("user", _GO_ON))
            self._asked = (*self._messages, *so_far)
        self._contest = Contest(self._desk, self._strategy, self._rules, self._broken)
        self._contest.start()

    def _hopeless(self, error: ProviderError) -> bool:
        if error.kind in NOT_PASSED_ON or len(self._broken) > BREAKS:
            return True
        if self._desk.alone:
            return error.kind not in AGAIN
        return all(member in self._broken for member in self._desk.members)


def _any(_: Delta) -> bool:
    return True


def _an_answer(_: Member[Llm]) -> None:
    """A model may have nothing to say."""
