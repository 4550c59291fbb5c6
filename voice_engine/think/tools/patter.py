"""What is said while tools run: when they begin, while they keep us waiting, and in the model's place."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from voice_engine.providers.base import ToolCall
from voice_engine.spec import ToolMessageSpec, ToolSpec
from voice_engine.think.tools import sentences
from voice_engine.think.tools.base import Answer, Conversation, Json, Round

BLOCKING_S = 15.0  # a tool waits no longer for its own announcement


@dataclass(frozen=True, slots=True)
class Job:
    """A call whose arguments are fit for its tool."""

    spec: ToolSpec
    call: ToolCall
    arguments: Json


class Patter:
    """Speaks for the tools of one round; no sentence is said twice, and none once the reply is over."""

    def __init__(self, asked: Round, conversation: Conversation) -> None:
        self._asked, self._conversation = asked, conversation
        self._said: set[str] = set()

    async def begin(self, jobs: Sequence[Job]) -> None:
        """The tools begin; returns when those that wait for their announcement may."""
        for job in jobs:
            message = sentences.choose(job.spec.messages, "request-start", job.arguments)
            if message is None:
                continue
            self._say(self._words(message))
            if message.blocking and not self._asked.abandoned:
                await self._heard()

    async def wait(self, work: "asyncio.Task[dict[str, Answer]]", jobs: Sequence[Job]) -> None:
        """Until `work` is done, excuse the delay at the times the tools give; other silence is not ours."""
        began = asyncio.get_running_loop().time()
        planned = [m for job in jobs for m in sentences.delays(job.spec.messages, job.arguments)]
        for message in sorted(planned, key=lambda m: m.after_s):
            if await _within(work, began + message.after_s - asyncio.get_running_loop().time()):
                return
            self._say(self._words(message))
        await asyncio.wait({work})

    def end(self, job: Job, answer: Answer) -> None:
        """A tool has answered: what is said in the model's place, or told the model."""
        at = "request-failed" if answer.failed else "request-complete"
        message = answer.message or sentences.choose(job.spec.messages, at, job.arguments)
        if message is None:
            return
        text = self._words(message)
        if message.role == "system":
            if text:
                self._asked.hints.append(text)
        elif text or message.end_call or answer.message:
            self._asked.spoken[job.call.id] = text
        if message.end_call:
            self._conversation.end_call()

    def _words(self, message: ToolMessageSpec) -> str:
        return sentences.words(message, self._conversation.language)

    def _say(self, text: str) -> None:
        if text and text not in self._said and not self._asked.abandoned:
            self._said.add(text)
            self._conversation.interject(text)

    async def _heard(self) -> None:
        try:
            async with asyncio.timeout(BLOCKING_S):
                await self._conversation.spoken()
        except TimeoutError:
            return


async def _within(work: "asyncio.Task[dict[str, Answer]]", seconds: float) -> bool:
    done, _ = await asyncio.wait({work}, timeout=max(seconds, 0.0))
    return bool(done)
