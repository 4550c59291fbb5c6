"""Where a reply's words and sound come from: model and voice, a voice alone, or a model that speaks."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import TypeVar

from voice_engine.kernel.errors import ProviderError
from voice_engine.session.agent import Agent
from voice_engine.session.livemind import LiveMind
from voice_engine.session.reply import Reply
from voice_engine.session.stage import Saying
from voice_engine.speak.speaker import Piece, Speaker
from voice_engine.think.thinker import Thinker

Speech = Callable[[], Awaitable[None]]
P = TypeVar("P")


class Mouth:
    """Puts replies into words for one speaker."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker

    def given(self, agent: Agent, saying: Saying, reply: Reply) -> Speech:
        """Given words; a realtime model without another voice says them, but not that it has failed."""
        mind = agent.thinker
        if isinstance(mind, LiveMind) and mind.speaks_itself and saying.source != "apology":
            return self._relayed(mind, mind.recite(saying.text, reply), reply)
        return partial(self._speaker.recite, saying.text, reply)

    def thought(self, agent: Agent, reply: Reply, user: str = "") -> Speech:
        """What the model answers, to `user` if that is not in its history yet."""
        mind = agent.thinker
        if isinstance(mind, LiveMind):
            return self._relayed(mind, mind.answer(reply), reply)
        assert isinstance(mind, Thinker)
        return partial(self._say, mind, user, reply)

    async def _say(self, mind: Thinker, user: str, reply: Reply) -> None:
        await self._speaker.say(_blaming(mind.think(reply, user=user), reply), reply)

    def _relayed(self, mind: LiveMind, pieces: AsyncGenerator[Piece, None], reply: Reply) -> Speech:
        return partial(self._speaker.relay, _blaming(pieces, reply), reply, mind.pace)


async def _blaming(words: AsyncGenerator[P, None], reply: Reply) -> AsyncGenerator[P, None]:
    """Notes that it was the model that broke, not the voice."""
    async with aclosing(words):
        try:
            async for text in words:
                yield text
        except ProviderError:
            reply.model_broke = True
            raise
