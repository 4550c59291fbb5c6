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
        stall_s: float = STALL_S,
        total_s: float = TOTAL_S,
        hedged: bool = True,
    ) -> None:
        self.vendor = members[0].provider
        self.desk = Desk("llm", members, troubles or Troubles())
        self.stall_s, self.total_s, self.hedged = stall_s, total_s, hedged

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> AsyncIterator[Delta]:
        """The reply as it is generated; ProviderError when nobody can begin or finish it."""
        reply = _Reply(self, messages, tools)
        try:
            while not reply.over:
                try:
                    delta = reply.taken(await reply.contest.next(self.stall_s))
                except StopAsyncIteration:
                    delta = reply.ended()
                except ProviderError as error:
                    await reply.broke_off(error)
                    continue
                if delta is not None:
                    yield delta
        finally:
            await reply.close()


class _Reply:
    """One reply, by one model or, where that breaks off, by several."""

    def __init__(self, pool: PoolLlm, messages: Sequence[Message], tools: Sequence[Tool]) -> None:
        self._desk = pool.desk
        self._messages, self._asked, self._tools = messages, messages, tools
        self._rules: Rules[Llm, Delta] = Rules(
            self._ask, _any, _an_answer, self._cost, pool.total_s, pool.hedged
        )
        self.contest = Contest(self._desk, self._rules)
        self.contest.start()
        self._words = WholeWords()
        self._said: list[str] = []
        self._said_before = 0  # pieces said by models that broke off
        self._seam: Seam | None = None
        self._broken: list[Member[Llm]] = []
        self._called = self._broke = False
        self._silent = True
        self.over = False

    async def close(self) -> None:
        """The reply is over or nobody wants it any more; a model that has not failed has done well."""
        winner = self.contest.winner
        if winner is not None and not self._broke:
            self._desk.succeeded(winner, self.contest.now)
        await self.contest.close()

    def _ask(self, member: Member[Llm]) -> AsyncIterator[Delta]:
        return member.part.reply(self._asked, self._tools)

    def _cost(self) -> Usage:
        asked = sum(4 + tokens(message.content) for message in self._asked)
        said = sum(tokens(text) for text in self._said[self._said_before :])
        return Usage({"promptTokens": float(asked), "completionTokens": float(said)}, estimated=True)

    def taken(self, delta: Delta) -> Delta | None:
        """What of a model's delta is delivered now."""
        if self._silent and (delta.text or delta.tool_calls):
            self._first_token()
        if delta.tool_calls or delta.finish_reason or delta.usage:
            return self._ending(delta)
        text = self._new(delta.text)
        if not text:
            return None
        self._said.append(text)
        return delta if text == delta.text else Delta(text)

    def _first_token(self) -> None:
        self._silent, winner = False, self.contest.winner
        assert winner is not None
        waited_s = self.contest.now - self.contest.asked_at
        winner.standing.figures.waited("first-token", waited_s)

    def _ending(self, delta: Delta) -> Delta:
        self._called = self._called or bool(delta.tool_calls)
        text = self._new(delta.text) + self._rest_of_words()
        if text:
            self._said.append(text)
        usage = self.contest.winner.stamp(delta.usage) if delta.usage and self.contest.winner else None
        return replace(delta, text=text, usage=usage)

    def ended(self) -> Delta | None:
        """The model has said everything; the last word, if it was still kept back."""
        self.over = True
        text = self._rest_of_words()
        return Delta(text) if text else None

    def _new(self, text: str) -> str:
        """What goes beyond what a model before this one has said, in whole words."""
        return self._words.feed(self._seam.feed(text) if self._seam else text)

    def _rest_of_words(self) -> str:
        last = self._words.feed(self._seam.end()) if self._seam else ""
        return last + self._words.end()

    async def broke_off(self, error: ProviderError) -> None:
        """The model failed in the middle: another goes on. Raises `error` when there is none."""
        member = self.contest.winner
        if member is None:
            raise error
        self._desk.failed(member, error, self.contest.now, self._cost())
        self._broken.append(member)
        self._broke = True
        if self._called:
            self.over = True
            return
        if self._hopeless(error):
            raise error
        await self.contest.close()
        self._words = WholeWords()
        said, self._said_before = "".join(self._said), len(self._said)
        if said:
            self._seam = Seam(said)
            so_far = (Message("assistant", said), Message("user", _GO_ON))
            self._asked = (*self._messages, *so_far)
        self.contest = Contest(self._desk, self._rules, self._broken)
        self.contest.start()
        self._broke, self._silent = False, True

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
