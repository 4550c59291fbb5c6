"""A model that is watched for what it uses, also when nobody waits for its last words any more."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing

from voice_engine.providers.base import Delta, Llm, Message, Tool, Usage
from voice_engine.think.history import cost, tokens


class Counted:
    """Tells `used` of every use; one that is cut off before the vendor has counted is estimated."""

    def __init__(self, llm: Llm, used: Callable[[Usage], None]) -> None:
        self._llm, self._used = llm, used
        self.vendor = llm.vendor

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool] = ()) -> AsyncIterator[Delta]:
        """As the model's own."""
        counted, said = False, 0
        try:
            async with aclosing(self._llm.reply(messages, tools)) as deltas:  # type: ignore[type-var]
                async for delta in deltas:
                    said += tokens(delta.text)
                    if delta.usage:
                        counted = True
                        self._used(delta.usage)
                    yield delta
        except (asyncio.CancelledError, GeneratorExit):
            if not counted:
                asked = sum(cost(message) for message in messages)
                self._used(Usage({"promptTokens": asked, "completionTokens": said}, estimated=True))
            raise
