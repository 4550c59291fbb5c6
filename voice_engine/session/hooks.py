"""What the assistant does at moments of its call: say something, run a tool, add a message (Vapi's hooks).

Moments are told by whoever sees them; most assistants have no hooks, and then nothing happens here.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from voice_engine.kernel.ids import new_id
from voice_engine.providers.base import ToolCall
from voice_engine.session import reasons
from voice_engine.session.desk import Desk
from voice_engine.session.floor import Floor
from voice_engine.session.stage import Saying
from voice_engine.spec import ActionSpec, HookSpec, ToolSpec
from voice_engine.think.tools.base import Round, ToolAccess
from voice_engine.think.tools.toolbox import Toolbox

ENDING = "call.ending"
ELAPSED = "call.timeElapsed"
SILENT = "customer.speech.timeout"
AGENT_CUT = "assistant.speech.interrupted"
CALLER_CUT = "customer.speech.interrupted"
MODEL_LATE = "model.response.timeout"
UNSURE = "assistant.transcriber.endpointedSpeechLowConfidence"

ENDING_S = 10.0  # what a call's last hooks may take
HURRIED_S = 3.0  # when somebody waits for the end
_HURRIED = frozenset({reasons.WORKER_SHUTDOWN, reasons.CANCELLED})
_NOBODY_HEARS = frozenset({reasons.CUSTOMER_ENDED, reasons.CONNECTION_LOST, reasons.THROWN_OUT})


class Hooks:
    """The hooks of whoever is in office. Times are seconds of the session."""

    def __init__(
        self,
        hooks: Sequence[HookSpec],
        floor: Floor,
        desk: Desk,
        access: ToolAccess,
        settled: Callable[[], None],
    ) -> None:
        """`settled`: a tool has been run that may have left something to do."""
        self._floor, self._desk, self._access, self._settled = floor, desk, access, settled
        self._tasks: set[asyncio.Task[None]] = set()
        self._boxes: list[Toolbox] = []
        self._spoken: dict[int, int] = {}  # place of an action → how often it has spoken
        self._counts: dict[int, int] = {}  # place of a silence hook → how often it came
        self._silence = asyncio.Event()  # nothing is being said any more
        self._quiet_from = 0.0
        self._caller_at = 0.0
        self.follow(hooks)

    def follow(self, hooks: Sequence[HookSpec]) -> None:
        """Another assistant is in office."""
        self._hooks = hooks
        self._elapsing = sorted((h for h in hooks if h.on == ELAPSED), key=lambda h: h.seconds)
        self._silences = [h for h in hooks if h.on == SILENT]
        self._counts.clear()
        self._spoken.clear()

    # ── moments ──────────────────────────────────────────────────────────────────────────────────────

    def tick(self, now: float, quiet_since: float, caller_at: float, *, patient: bool) -> None:
        """Every 20 ms. `quiet_since`: the last sound of either side that was no reminder; `caller_at`: the
        caller's last sign of life; `patient`: the caller has asked for time.
        """
        if not self._silence.is_set() and not self._floor.busy:
            self._silence.set()
        while self._elapsing and now >= self._elapsing[0].seconds:
            self._fire(self._elapsing.pop(0))
        if self._silences:
            self._mind_the_silence(now, quiet_since, caller_at, patient=patient)

    def _mind_the_silence(self, now: float, quiet_since: float, caller_at: float, *, patient: bool) -> None:
        if caller_at > self._caller_at:
            self._caller_at = caller_at
            for hook in self._silences:
                if hook.reset_on_speech:
                    self._counts.pop(id(hook), None)
        if self._floor.reply or patient:
            self._quiet_from = now
            return
        quiet = now - max(self._quiet_from, quiet_since)
        due = [h for h in self._silences if quiet >= h.seconds and self._counts.get(id(h), 0) < h.times]
        for hook in due:
            self._counts[id(hook)] = self._counts.get(id(hook), 0) + 1
            self._fire(hook)
        if due:
            self._quiet_from = now

    def moment(self, on: str) -> bool:
        """Something happened; whether a hook says something to it."""
        says = [self._fire(hook) for hook in self._hooks if hook.on == on]
        return any(says)

    def unsure(self, confidence: float | None) -> bool:
        """The caller's words are this certain: whether a hook takes them in the model's place."""
        if confidence is None:
            return False
        fitting = [
            h for h in self._hooks if h.on == UNSURE and h.confidence[0] <= confidence < h.confidence[1]
        ]
        for hook in fitting:
            self._fire(hook)
        return bool(fitting)

    def ending(self, reason: str, done: Callable[[], None]) -> bool:
        """The call is about to end: whether anything is done before it does; `done` is called then."""
        fitting = [h for h in self._hooks if h.on == ENDING and (h.reasons is None or reason in h.reasons)]
        actions = [action for hook in fitting for action in hook.actions]
        if reason in _NOBODY_HEARS:
            actions = [action for action in actions if action.do == "tool"]
        if not actions:
            return False
        deadline = HURRIED_S if reason in _HURRIED else ENDING_S
        hears = reason not in _NOBODY_HEARS
        task = self._spawn(self._last_words(actions, deadline, hears=hears))
        task.add_done_callback(lambda _: done())
        return True

    async def _last_words(self, actions: Sequence[ActionSpec], deadline: float, *, hears: bool) -> None:
        try:
            async with asyncio.timeout(deadline):
                await self._act(actions)
                self._silence.clear()
                if hears and self._floor.busy:
                    await self._silence.wait()
        except TimeoutError:
            return

    # ── actions ──────────────────────────────────────────────────────────────────────────────────────

    def _fire(self, hook: HookSpec) -> bool:
        source = "idle-prompt" if hook.on == SILENT else "hook"
        self._spawn(self._act(hook.actions, source, interruptible=hook.on != AGENT_CUT))
        return any(action.do == "say" for action in hook.actions)

    async def _act(
        self, actions: Sequence[ActionSpec], source: str = "hook", *, interruptible: bool = True
    ) -> None:
        for action in actions:
            if action.do == "say":
                self._say(action, source, interruptible=interruptible)
            elif action.tool:
                await self._run(action.tool)
            elif action.do == "message.add":
                self._add(action.role, action.text, respond=action.respond)

    def _say(self, action: ActionSpec, source: str, *, interruptible: bool) -> None:
        if action.words:
            number = self._spoken.get(id(action), 0)
            self._spoken[id(action)] = number + 1
            words = action.words[number % len(action.words)]
            self._floor.say(Saying(words, source, interruptible=interruptible))
            return
        for message in action.prompt:
            self._floor.agent.thinker.add(message["role"], message["content"])
        self._floor.say(Saying("", "model", interruptible=interruptible, thought=True))

    def _add(self, role: str, text: str, *, respond: bool) -> None:
        self._floor.agent.thinker.add(role, text)
        if respond:
            self._floor.say(Saying("", "model", thought=True))

    async def _run(self, tool: ToolSpec) -> None:
        schema = {key: value for key, value in tool.parameters.items() if key != "required"}
        box = Toolbox([tool.model_copy(update={"parameters": schema})], self._desk, self._access)
        self._boxes.append(box)
        call = ToolCall(f"call_{new_id()}", tool.name, orjson.dumps(_arguments(tool)).decode())
        thinker = self._floor.agent.thinker
        asked = Round("", (call,), thinker.history.messages())
        with self._desk.closing_words():
            await box.run(asked)
            for hint in asked.hints:
                thinker.add("system", hint)
            if asked.closing:
                self._floor.say(Saying(asked.closing, "hook"))
        self._settled()

    def deliver(self, call_id: str, result: str, *, failed: bool) -> bool:
        """The client answers a hook's tool call; False when nobody waits for it."""
        return any(box.deliver(call_id, result, failed=failed) for box in self._boxes)

    async def close(self) -> None:
        """The call is over."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for box in self._boxes:
            await box.close()

    def _spawn(self, work: Any) -> "asyncio.Task[None]":
        task: asyncio.Task[None] = asyncio.create_task(work, name="hook")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _arguments(tool: ToolSpec) -> dict[str, Any]:
    """No model chooses them: what the schema gives as defaults, the only destination, what is always sent."""
    properties = tool.parameters.get("properties") or {}
    given = {
        name: each["default"]
        for name, each in properties.items()
        if isinstance(each, dict) and "default" in each
    }
    if tool.transfers:
        given.setdefault("destination", tool.transfers[0].target)
    return {**given, **tool.fixed}
