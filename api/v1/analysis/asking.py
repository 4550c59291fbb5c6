"""Questions → a model's answers: all at once, each within its deadline, unusable ones asked for again."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from api.jobs.context import Jobs
from api.v1.analysis.answers import Unreadable
from api.v1.analysis.asks import Ask
from api.v1.analysis.prompts import AGAIN
from voice_engine.kernel.errors import YingdaError
from voice_engine.providers.base import Llm, Message, Usage
from voice_engine.providers.realtime.models import realtime
from voice_engine.settings import EngineSettings
from voice_engine.spec import ModelSpec

NO_MODEL = frozenset({"scripted"})
ATTEMPTS = 2
TOKENS = 2_000  # of an answer at most
AT_ONCE = 8
_LONGEST = 20_000  # characters of an answer


@dataclass(slots=True)
class Answered:
    """What came of a question. `why` says what went wrong, empty if nothing did.

    `quantities` is what was used of the vendor who answered, a fallback perhaps.
    """

    ask: Ask
    value: Any = None
    why: str = ""
    provider: str = ""
    model: str = ""
    quantities: Counter[str] = field(default_factory=Counter)
    estimated: bool = False

    @property
    def used(self) -> dict[str, Any] | None:
        """A usage record's content; None when nothing was used."""
        if not self.quantities:
            return None
        return {
            "usageId": self.ask.usage_id,
            "component": "analysis",
            "provider": self.provider,
            "model": self.model,
            "quantities": dict(self.quantities),
            "estimated": self.estimated,
        }


def writer(settings: EngineSettings, model: ModelSpec | None) -> ModelSpec | None:
    """Who can write: the model; for a realtime one, which can only talk, its first plain stand-in; else the
    platform's own model, `analysis_model`. None if there is nobody."""
    if model is not None and model.provider in NO_MODEL:
        return None
    own = [each for each in ((model, *model.fallbacks) if model else ()) if not realtime(each)]
    if own:
        return own[0]
    provider, _, name = settings.analysis_model.partition("/")
    return ModelSpec(provider=provider, model=name) if name else None


def engine_settings(jobs: Jobs) -> EngineSettings:
    """The vendors' keys from the environment, the rest as this process has it."""
    own = jobs.settings
    return EngineSettings(data_dir=own.data_dir, secret=own.secret, allowed_targets=own.allowed_targets)


def answer(settings: EngineSettings, org_id: str, asked: Sequence[tuple[Ask, ModelSpec]]) -> list[Answered]:
    """Ask all of them, from a thread without a loop. Nothing is raised for a model's fault."""
    return asyncio.run(answers_to(settings, org_id, asked))


async def answers_to(
    settings: EngineSettings, org_id: str, asked: Sequence[tuple[Ask, ModelSpec]]
) -> list[Answered]:
    """The same in a loop."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(ask: Ask, model: ModelSpec) -> Answered:
        async with room:
            return await _one(settings, org_id, ask, model)

    return await asyncio.gather(*(one(ask, model) for ask, model in asked))


async def _one(settings: EngineSettings, org_id: str, ask: Ask, model: ModelSpec) -> Answered:
    found = Answered(ask, provider=model.provider, model=model.model)
    try:
        async with asyncio.timeout(ask.deadline_s):
            await _converse(settings, org_id, ask, model, found)
    except TimeoutError:
        found.why = f"the model did not answer within {ask.deadline_s:g} s"
    except YingdaError as error:
        found.why = error.message
    except Unreadable as error:
        found.why = f"the model's answer does not fit: {error}"
    return found


async def _converse(
    settings: EngineSettings, org_id: str, ask: Ask, model: ModelSpec, found: Answered
) -> None:
    # Vendors' libraries are loaded only where a vendor is asked: the events process imports this module too.
    from voice_engine.providers.factory import Factory

    update = {
        "tools": (), "timeout_s": ask.deadline_s, "temperature": 0.0,
        "max_tokens": max(TOKENS, model.max_tokens),
    }  # fmt: skip
    llm: Llm = Factory(settings).llm(model.model_copy(update=update), org_id, hedged=False)
    messages = [*ask.messages]
    for attempt in range(1, ATTEMPTS + 1):
        text = await _reply(llm, messages, found)
        try:
            found.value = ask.read(text)
            return
        except Unreadable as error:
            if attempt == ATTEMPTS:
                raise
            again = AGAIN[ask.language].format(why=error)
            messages += [Message("assistant", text or "…"), Message("user", again)]


async def _reply(llm: Llm, messages: Sequence[Message], found: Answered) -> str:
    text, usage = "", None
    try:
        async for delta in llm.reply(messages):
            text += delta.text
            usage = delta.usage or usage
            if len(text) > _LONGEST:
                break
    finally:
        _count(usage, found)
    return text.strip()


def _count(usage: Usage | None, found: Answered) -> None:
    if usage is None:
        return
    found.quantities.update(usage.quantities)
    found.estimated |= usage.estimated
    found.provider, found.model = usage.provider or found.provider, usage.model or found.model
