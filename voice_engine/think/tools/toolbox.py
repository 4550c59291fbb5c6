"""Runs the tools a model asks for: on the customer's server, in the client, in the house, over MCP.

Every failure becomes a sentence for the model: a conversation never stops because a tool did. A tool that has
begun goes on when the reply it was called for is interrupted; its result is told when it comes.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import orjson
import structlog

from voice_engine.kernel.errors import YingdaError
from voice_engine.kernel.events import EventType
from voice_engine.kernel.templates import Templates
from voice_engine.providers.base import Tool, ToolCall
from voice_engine.spec import ToolSpec
from voice_engine.think.tools import house, plans
from voice_engine.think.tools.api_request import api_request
from voice_engine.think.tools.arguments import arguments, checked
from voice_engine.think.tools.base import Answer, Conversation, Round, ToolAccess
from voice_engine.think.tools.mcp import McpServers
from voice_engine.think.tools.patter import Job, Patter

MAX_RESULT = 8000  # characters that the model is told
NO_RESULT = "The tool gave no result for this call."
STARTED = "The tool has been started; its result will come later. Go on without it."

log = structlog.get_logger()
T = TypeVar("T")


class Toolbox:
    """The tools of one assistant in one conversation. Whoever makes it closes it."""

    def __init__(self, specs: Iterable[ToolSpec], conversation: Conversation, access: ToolAccess) -> None:
        self._conversation, self._access = conversation, access
        listed = list(specs)
        self._own = {spec.name: spec for spec in listed if spec.kind != "mcp"}
        remote = [spec for spec in listed if spec.kind == "mcp"]
        self._mcp = McpServers(remote, access.allowed, frozenset(self._own), access.prove)
        self._awaited: dict[str, asyncio.Future[Answer]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    def start(self) -> None:
        """Begin to connect what needs connecting."""
        self._mcp.start()

    async def close(self) -> None:
        """Nobody waits for the tools any more: stop them."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._mcp.close()

    def offered(self) -> list[Tool]:
        """What the model may call now; tools of MCP servers from when they are connected."""
        specs = [*self._own.values(), *self._mcp.specs().values()]
        return [Tool(spec.name, spec.description, spec.parameters) for spec in specs]

    def deliver(self, call_id: str, result: str, *, failed: bool = False) -> bool:
        """The client, or a server that took its time, answers a call; False when nobody waits for it."""
        waiting = self._awaited.pop(call_id, None)
        if waiting is None or waiting.done():
            return False
        waiting.set_result(Answer(result, failed=failed))
        return True

    # ── a round ──────────────────────────────────────────────────────────────────────────────────────

    async def run(self, asked: Round) -> None:
        """All calls of a round at once; returns when each has an answer. Cancelled, the tools go on."""
        shown = [{"id": c.id, "name": c.name, "arguments": arguments(c)} for c in asked.calls]
        self._conversation.emit(EventType.TOOL_CALLS, toolCalls=shown)
        patter = Patter(asked, self._conversation)
        running = [self._spawn(self._run(group, asked, patter)) for group in _groups(self._fit(asked))]
        if running:
            await asyncio.wait(running)

    def _fit(self, asked: Round) -> list[Job]:
        """The calls that can be run; the others are answered at once."""
        jobs, offered = [], self._mcp.specs()
        for call in asked.calls:
            spec = self._own.get(call.name) or offered.get(call.name)
            if spec is None:
                known = ", ".join([*self._own, *offered])
                answer = Answer(f"There is no tool named {call.name}; there are: {known}.", failed=True)
                self._tell(asked, call, answer)
                continue
            given, wrong = checked(call, spec.parameters)
            if not wrong and self._rejects(spec, asked):
                wrong = plans.REJECTED.format(name=call.name)
            if wrong:
                self._tell(asked, call, Answer(wrong, failed=True))
            else:
                jobs.append(Job(spec, call, given))
        return jobs

    def _rejects(self, spec: ToolSpec, asked: Round) -> bool:
        values = {**spec.variables, **self._access.found}
        return plans.rejects(spec.rejections, asked.context, values, self._access.wall())

    async def _run(self, jobs: Sequence[Job], asked: Round, patter: Patter) -> None:
        began = self._now()
        await patter.begin(jobs)
        if jobs[0].spec.background:
            self._spawn(self._later(jobs, asked, began))
            for job in jobs:
                asked.answers[job.call.id] = Answer(STARTED)
            return
        work = self._spawn(self._answers(jobs, asked))
        try:
            await patter.wait(work, jobs)
            answers = await work
        finally:
            work.cancel()
        for job in jobs:
            answer = answers[job.call.id]
            self._tell(asked, job.call, answer, began)
            if not asked.abandoned:
                patter.end(job, answer)

    async def _later(self, jobs: Sequence[Job], asked: Round, began: float) -> None:
        answers = await self._answers(jobs, asked)
        for job in jobs:
            answer = answers[job.call.id]
            self._emit(job.call, answer, began)
            self._conversation.late_result(job.call.id, job.call.name, answer.text)

    def _tell(self, asked: Round, call: ToolCall, answer: Answer, began: float | None = None) -> None:
        asked.answers[call.id] = answer
        self._emit(call, answer, began)
        if asked.abandoned:
            self._conversation.late_result(call.id, call.name, answer.text)

    def _emit(self, call: ToolCall, answer: Answer, began: float | None) -> None:
        took = 0 if began is None else round((self._now() - began) * 1000)
        result: dict[str, Any] = {"toolCallId": call.id, "name": call.name, "durationMs": took}
        result["error" if answer.failed else "result"] = answer.text
        if answer.warnings:
            result["warnings"] = list(answer.warnings)
        self._conversation.emit(EventType.TOOL_RESULTS, results=[result])

    # ── one server, one client, one of ours ──────────────────────────────────────────────────────────

    async def _answers(self, jobs: Sequence[Job], asked: Round) -> dict[str, Answer]:
        spec = jobs[0].spec
        try:
            async with asyncio.timeout(None if spec.background else spec.timeout_s):
                answers = await self._work(jobs, asked)
        except TimeoutError:
            text = f"The tool did not answer within {spec.timeout_s:g} seconds."
            answers = _same(jobs, Answer(text, failed=True))
        except YingdaError as error:
            answers = _same(jobs, Answer(f"The tool failed: {error.message}", failed=True))
        except Exception:  # boundary: a bug in one tool must not take the reply with it
            log.exception("tool_failed", tool=spec.name, kind=spec.kind)
            answers = _same(jobs, Answer("The tool failed: an internal error.", failed=True))
        for job in jobs:
            self._learn(job, answers[job.call.id])
        return {call_id: _cut(answer) for call_id, answer in answers.items()}

    def _learn(self, job: Job, answer: Answer) -> None:
        if job.spec.extraction is not None and not answer.failed:
            known = {**job.spec.variables, **self._access.found}
            found = plans.extracted(job.spec.extraction, answer.text, known, self._access.wall())
            self._access.found.update(found)

    async def _work(self, jobs: Sequence[Job], asked: Round) -> dict[str, Answer]:
        job = jobs[0]
        if job.spec.kind == "function" and job.spec.server_url:
            return await self._on_server(jobs)
        return {job.call.id: await self._alone(job, asked)}

    async def _alone(self, job: Job, asked: Round) -> Answer:
        match job.spec.kind:
            case "function":
                return await self._in_client(job.call)
            case "apiRequest":
                return await api_request(job, self._access)
            case "endCall":
                return house.end_call(self._conversation)
            case "voicemail":
                return house.voicemail(job, self._conversation)
            case "dtmf":
                return house.dtmf(job, self._conversation)
            case "transferCall":
                return await house.transfer(job, asked, self._conversation, self._access)
            case "query":
                return await house.query(job, asked, self._access)
            case "handoff":
                return await self._conversation.hand_off(job.spec, job.arguments)
            case "mcp":
                return await self._mcp.call(job.spec, job.arguments)

    async def _on_server(self, jobs: Sequence[Job]) -> dict[str, Answer]:
        """All calls for one server in one request; in the background it may also answer by control."""
        spec = jobs[0].spec
        later = {j.call.id: self._awaiting(j.call.id) for j in jobs if spec.background}
        found = await self._access.call(spec, [self._completed(job) for job in jobs])
        answers = {}
        for job in jobs:
            answer = found.get(job.call.id)
            if answer is None and spec.background:
                answer = await later[job.call.id]
            self._awaited.pop(job.call.id, None)
            answers[job.call.id] = _answer(answer)
        return answers

    def _completed(self, job: Job) -> ToolCall:
        """With the arguments that are always sent."""
        fixed = job.spec.fixed
        if not fixed:
            return job.call
        if job.spec.variables:
            values = {**job.spec.variables, **self._access.found, **job.arguments}
            fixed = Templates(values, self._access.wall(), plans.RENDER_S).tree(fixed, "parameters")
        return replace(job.call, arguments=orjson.dumps({**job.arguments, **fixed}).decode())

    async def _in_client(self, call: ToolCall) -> Answer:
        try:
            return await self._awaiting(call.id)
        finally:
            self._awaited.pop(call.id, None)

    def _awaiting(self, call_id: str) -> "asyncio.Future[Answer]":
        return self._awaited.setdefault(call_id, asyncio.get_running_loop().create_future())

    def _spawn(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        task = asyncio.create_task(work, name="tool")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _groups(jobs: Sequence[Job]) -> list[list[Job]]:
    """Calls that go to the same server in the same way, together; every other call alone."""
    groups: dict[Any, list[Job]] = {}
    for job in jobs:
        spec, key = job.spec, job.call.id
        if spec.kind == "function" and spec.server_url:
            headers = orjson.dumps(spec.server_headers, option=orjson.OPT_SORT_KEYS).decode()
            proof = spec.authentication.model_dump_json() if spec.authentication else ""
            key = f"{spec.server_url} {headers} {proof} {spec.timeout_s} {spec.background}"
        groups.setdefault(key, []).append(job)
    return list(groups.values())


def _same(jobs: Sequence[Job], answer: Answer) -> dict[str, Answer]:
    return {job.call.id: answer for job in jobs}


def _answer(given: Answer | str | None) -> Answer:
    if given is None:
        return Answer(NO_RESULT, failed=True)
    return Answer(given) if isinstance(given, str) else given


def _cut(answer: Answer) -> Answer:
    size = len(answer.text)
    if size <= MAX_RESULT:
        return answer
    return replace(answer, text=f"{answer.text[:MAX_RESULT]}… (cut; the answer had {size} characters)")
