"""One conversation, whole.

Sound comes in by `hear`, time by `tick` (every 20 ms, from the process's one wheel), commands by name. All
decisions are made in these calls, synchronously: the caller's in `callerside`, the agent's in `floor`.
"""

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

from voice_engine.kernel.errors import Conflict, ProviderError, YingdaError
from voice_engine.kernel.events import EventType
from voice_engine.listen.interrupt import Interruption
from voice_engine.listen.listener import Listener
from voice_engine.providers.pool.troubles import Trouble
from voice_engine.session import reasons
from voice_engine.session.agent import Agent
from voice_engine.session.callerside import CallerSide, Hearing
from voice_engine.session.caretaker import Caretaker
from voice_engine.session.consent import SOURCE as CONSENT
from voice_engine.session.consent import Consent
from voice_engine.session.desk import Desk
from voice_engine.session.eventlog import EventLog
from voice_engine.session.floor import Floor
from voice_engine.session.guesser import Guesser
from voice_engine.session.hooks import AGENT_CUT, CALLER_CUT, Hooks
from voice_engine.session.lifecycle import CONNECTION_LOST, ON_HOLD, Hold, State, move
from voice_engine.session.meter import Meter
from voice_engine.session.minutes import Minutes
from voice_engine.session.office import Office
from voice_engine.session.parts import Parts, Surroundings
from voice_engine.session.recorder import Recorder
from voice_engine.session.reply import Reply
from voice_engine.session.stage import Saying, Stage
from voice_engine.session.transport import Transport
from voice_engine.session.voicemail import Voicemail
from voice_engine.speak.phrases import contextual
from voice_engine.spec import SessionSpec
from voice_engine.think.handoff import Handoff
from voice_engine.think.squad import Takeover

Json = dict[str, Any]

CLOSE_DEADLINE_S = 2.0
UNHEARD_OF_S = 1.5  # a line that brings nothing for so long may be dead
MAX_FAILURES = 2  # replies in a row that may break before the call ends


class Session:
    """Runs one SessionSpec over one transport."""

    def __init__(
        self,
        spec: SessionSpec,
        parts: Parts,
        transport: Transport,
        events: EventLog,
        recorder: Recorder,
        around: Surroundings,
    ) -> None:
        self.spec, self.events, self.recorder = spec, events, recorder
        self.transport, self._around = transport, around
        events.begin()
        self._minutes = Minutes(spec, events)
        self._meter = Meter(spec, events)
        self.state = State.INIT
        parts.troubles.subscribe(self._trouble)
        assistant, rate = spec.assistant, spec.transport.sample_rate
        interruption, desk = Interruption(assistant.turn), Desk(events, transport, self.end)
        self._office = Office(spec, parts, desk, around)
        stage = Stage(
            transport, recorder, events, self._minutes, self._meter, events.now,
            interruption.reset, interruption.agent_said, interruption.agent_sound,
            self._asked, self._reply_over, self._reply_failed,
        )  # fmt: skip
        self._floor = Floor(stage, self._office.agent, rate, around.cache)
        desk.floor, desk.hand_off_to, desk.voicemail = self._floor, self._office.decide, self._leave_voicemail
        self._hooks = Hooks(assistant.hooks, self._floor, desk, around.tools, self._hand_over_if_idle)
        desk.talked_over = partial(self._hooks.moment, CALLER_CUT)
        self._caretaker = Caretaker(assistant, self._floor, self._hooks, self.end)
        self._voicemail = Voicemail(assistant, rate, self._floor, self.end, events)
        self._consent = Consent(assistant, self._floor, events, recorder, self._greet, self.end)
        hearing = Hearing(
            self._office.agent.ear, parts.vad.stream(), rate, interruption, around.delays, self._voicemail,
            around.tools.ask, self._consent,
        )  # fmt: skip
        guesser = Guesser(self._floor, around.odds, spec.org_id)
        self._caller = CallerSide(assistant, hearing, stage, self._floor, self._caretaker, guesser)
        self._hold = Hold()
        self._listening: set[asyncio.Task[None]] = set()
        self._newcomer: Takeover | None = None  # has taken over and not spoken yet
        self._failures = 0
        self._leaving = ""  # why the call ends, while its last hooks are at work
        self._closed = False
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> str:
        """The whole conversation; returns why it ended."""
        self.state = move(self.state, State.ACTIVE)
        self._minutes.session_started()
        self._listen()
        self._office.agent.toolbox.start()
        try:
            self._consent.begin()
            self._make_ready()
            return await self._ended
        finally:
            await self._close()

    def _make_ready(self) -> None:
        """What may be needed later in the call."""
        assistant, around = self.spec.assistant, self._around
        self._floor.asides.warm(self._caretaker.phrases.ready)
        if around.beds and assistant.background:
            self._floor.asides.lay_bed(around.beds, assistant.background, self.spec.transport.sample_rate)

    @property
    def live(self) -> bool:
        """Whether the conversation is going on."""
        return self.state in (State.ACTIVE, State.PAUSED) and not self._ended.done()

    @property
    def missing_caller(self) -> bool:
        """Whether the caller's connection is lost and may come back."""
        return self.live and self._hold.missing_since is not None

    @property
    def unheard_of(self) -> bool:
        """Whether the caller's sound has come and comes no more: maybe a connection that broke unnoticed."""
        heard_at = self._caller.line.heard_at
        if heard_at is None or self.state is not State.ACTIVE or not self.live:
            return False
        return self.events.now() - heard_at >= UNHEARD_OF_S

    def lose_caller(self) -> None:
        """The connection broke without a goodbye: wait for the caller to come back."""
        if self.spec.assistant.resume_within_s and self.live:
            self._pause(CONNECTION_LOST)
        else:
            self.end(reasons.CUSTOMER_ENDED)

    def caller_came_back(self) -> None:
        """Over a new connection: go on in mid-conversation."""
        self._resume(CONNECTION_LOST)

    def hold(self, held: bool) -> None:
        """Put the conversation on hold: nobody is heard until it goes on."""
        if held:
            self._pause(ON_HOLD)
        else:
            self._resume(ON_HOLD)

    def _pause(self, why: str) -> None:
        now = self.events.now()
        if self._hold.begin(why, now):
            self.state = move(self.state, State.PAUSED)
            self._floor.hold(now)
            self._caller.line.quality.away()
        self.events.emit(EventType.SESSION_PAUSED, why=why)

    def _resume(self, why: str) -> None:
        now = self.events.now()
        lasted = self._hold.end(why, now)
        if lasted is None:
            return
        self.events.emit(EventType.SESSION_RESUMED, why=why, pausedS=round(lasted, 3))
        if not self._hold.reasons:
            self.state = move(self.state, State.ACTIVE)
            self._floor.go_on()
            self._caretaker.idle.somebody_spoke(now)

    def abandon(self) -> None:
        """The session failed: if its books are still open, close them with an internal error."""
        if not self._closed:
            self._end_books(reasons.INTERNAL, self.events.now())

    def end(self, reason: str) -> None:
        """End the conversation; the first reason counts. Hooks for its ending are run before, once."""
        if self._ended.done():
            return
        first, self._leaving = self._leaving, self._leaving or reason
        if not first and self._hooks.ending(reason, self._last_hook_done):
            self._caller.line.muted = True
        elif reason != first:
            self._ended.set_result(
                reasons.HOOK_TRANSFERRED if reason == reasons.FORWARDED and first else self._leaving
            )

    def _last_hook_done(self) -> None:
        if not self._ended.done():
            self._ended.set_result(self._leaving)

    async def _close(self) -> None:
        reason = self._ended.result() if self._ended.done() else reasons.WORKER_SHUTDOWN
        now = self.events.now()
        ending = self._floor.close()
        self._caller.close()
        if running := {*self._listening, *ending}:
            await asyncio.wait(running, timeout=CLOSE_DEADLINE_S)
        for task in self._listening:
            task.cancel()
        await self._hooks.close()
        await self._office.close()
        self.state = move(self.state, State.ENDED)
        self._account_for_hearing(self._office.agent)
        self._meter.close(now)
        self.recorder.close(now)
        self._keep()
        self._end_books(reason, now)

    def _keep(self) -> None:
        keep = self._around.keep_recording
        if keep is None or not self.spec.assistant.recording or not self._consent.granted:
            return
        try:
            key = keep()
        except OSError:
            self._minutes.log.exception("recording_not_kept")
            return
        self.events.emit(EventType.RECORDING_READY, key=key, seconds=round(self.recorder.seconds, 3))

    def _end_books(self, reason: str, now: float) -> None:
        self._closed = True
        self._minutes.session_ended(reason, now, self._caller.line.quality.summary())
        self.transport.close(reason)
        self._minutes.log.info(
            "session_ended", reason=reason, seconds=round(now, 1), underruns=self._floor.underruns
        )

    # ── the caller's sound and words ─────────────────────────────────────────────────────────────────

    def hear(self, pcm: bytes) -> None:
        """The caller's next sound: PCM16 mono at the transport's rate. Too much of it at once is cut."""
        if not self.live or self.state is State.PAUSED:
            return
        try:
            self._caller.line.hear(pcm, self.events.now())
        except ProviderError as error:
            self._deaf(error)
        if self._caller.line.flooded:
            self.end(reasons.FLOOD)

    def _listen(self) -> None:
        task = asyncio.create_task(self._hear(self._caller.listener), name="hear")
        self._listening.add(task)
        task.add_done_callback(self._listening.discard)

    async def _hear(self, listener: Listener) -> None:
        try:
            await listener.run()
        except ProviderError as error:
            if listener is self._caller.listener:
                self._deaf(error)

    def _trouble(self, trouble: Trouble) -> None:
        self._minutes.trouble(trouble)
        if trouble.usage:
            wasted = trouble.what == "lost" and trouble.component != "stt"
            who = (trouble.component, trouble.provider, trouble.model)
            self._meter.beside(*who, trouble.usage, wasted=wasted)

    def _account_for_hearing(self, agent: Agent) -> None:
        """A realtime model is billed by its replies, and beside them only for what it says."""
        listener = self._caller.listener
        if listener.usage or not agent.live:
            self._meter.heard(listener.usage, listener.fed_s)

    def _deaf(self, error: ProviderError) -> None:
        """The recogniser is gone for good."""
        if self._office.agent.live:
            self._lose_model(error)
            return
        self._minutes.vendor_failed("stt", error)
        self.end(reasons.provider_failed("stt", error))

    def _lose_model(self, error: ProviderError) -> None:
        """The realtime model is gone for good: the next one takes over, or the call ends with an apology."""
        self._minutes.vendor_failed("llm", error)
        former = self._office.agent
        if self._office.stand_in():
            self._take_office(former)
            agent = self._office.agent
            gone, here = former.spec.model, agent.spec.model
            self._trouble(Trouble("failed-over", "llm", gone.provider, gone.model, here.provider, here.model))
            self._caretaker.apologise()
        else:
            self._caretaker.leave_with_apology(reasons.provider_failed("llm", error))

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────

    def tick(self) -> None:
        """Every 20 ms: put sound on the wire, then decide."""
        if not self.live:
            return
        now = self.events.now()
        if self.state is State.ACTIVE:
            self._floor.play(now)
        try:
            self._caller.line.tick(now)
        except ProviderError as error:
            self._deaf(error)
        self.recorder.write(now)
        if self.state is State.PAUSED:
            self._wait(now)
            return
        self._caller.tick(now)
        self._floor.settle(now)
        self._introduce_newcomer()
        self._voicemail.tick(now)
        self._consent.tick(now, caller_busy=self._caller.busy)
        self._caretaker.tick(now, patient=self._caller.patient or self._voicemail.machine)

    def _wait(self, now: float) -> None:
        missing = self._hold.missing_since
        if missing is not None and now - missing >= self.spec.assistant.resume_within_s:
            self.end(reasons.CONNECTION_LOST)
        elif now >= self.spec.assistant.max_duration_s:
            self.end(reasons.MAX_DURATION)

    # ── turns and replies ────────────────────────────────────────────────────────────────────────────

    def _greet(self) -> None:
        assistant = self.spec.assistant
        if assistant.first_message_mode == "assistant-speaks-first-with-model-generated-message":
            self._floor.think(interruptible=assistant.first_message_interruptible)
        elif assistant.first_message_mode == "assistant-speaks-first":
            self.say_first_message()

    def say_first_message(self) -> None:
        """Speak the first message (again), if there is one."""
        greeting = self._floor.first_message()
        if greeting:
            self._floor.say(greeting, interrupt=True)

    def user_text(self, text: str) -> None:
        """The caller typed: it interrupts and is answered like speech."""
        self._caller.typed(text)

    def keys(self, digits: str) -> None:
        """The caller pressed keys."""
        self.events.emit(EventType.DTMF_RECEIVED, digits=digits)
        self._caller.pressed(digits)

    def say(
        self, text: str, *, end_reason: str = "", interrupt: bool = False, interruptible: bool = True
    ) -> None:
        """Speak given words: now if nobody speaks or `interrupt`, else after the running reply."""
        saying = Saying(text, end_reason=end_reason, interruptible=interruptible)
        self._floor.say(saying, interrupt=interrupt)

    def add_message(self, role: str, text: str, *, respond: bool) -> None:
        """Put a message into the history; optionally let the model answer it."""
        if role == "user" and respond:
            self.user_text(text)
            return
        self._floor.agent.thinker.add(role, text)
        if respond:
            self._floor.think()

    def interrupt(self) -> None:
        """Stop the running reply, if any."""
        self._floor.interrupt()

    def _reply_failed(self, kind: str, error: ProviderError) -> None:
        self._minutes.vendor_failed(kind, error)
        self._failures += 1
        if self._failures >= MAX_FAILURES:
            self.end(reasons.provider_failed(kind, error))
        else:
            self._caretaker.apologise()

    def _reply_over(self, reply: Reply, heard: str, interrupted: bool) -> None:
        if heard:
            self._caller.expect(heard)
        if reply.source == CONSENT:
            self._consent.message_over(self.events.now())
        self._hand_over()
        if interrupted:
            if reply.sounded and not reply.broken and reply.source != "hook":
                self._hooks.moment(AGENT_CUT)
            return
        assistant = self._office.agent.spec
        if reply.source == "model" and (reply.sounded or reply.end_reason or self._newcomer):
            self._failures = 0
        elif reply.question and not reply.sounded:
            vendor = assistant.model.provider
            self._reply_failed("llm", ProviderError("server", vendor, "The model answered nothing."))
            return
        leaving = reply.end_reason == reasons.ASSISTANT_ENDED and reply.source == "model"
        if leaving and assistant.end_call_message:
            self.say(assistant.end_call_message, end_reason=reply.end_reason)
        elif reply.end_reason:
            self.end(reply.end_reason)
        elif any(phrase.lower() in heard.lower() for phrase in assistant.end_call_phrases):
            self.end(reasons.ASSISTANT_SAID_PHRASE)
        else:
            self._floor.say_next()

    # ── squads ───────────────────────────────────────────────────────────────────────────────────────

    def hand_off(self, destination: Json, content: str = "") -> None:
        """Hand over now to a member of the squad, or to whoever `destination` describes in Vapi's words.

        Raises Conflict with the reason when a member cannot take over. Others are looked up first: what
        stands in their way becomes an `error` event. `content` is said in place of the announcement.
        """
        member = str(destination.get("assistantName") or "")
        if member:
            self._carry_out(self._office.order(member), content)
        else:
            self._look_up(destination, content)

    def _look_up(self, destination: Json, content: str) -> None:
        task = asyncio.create_task(self._hand_off_to(destination, content), name="handoff")
        self._listening.add(task)
        task.add_done_callback(self._listening.discard)

    async def _hand_off_to(self, destination: Json, content: str) -> None:
        try:
            self._carry_out(await self._office.order_from(destination), content)
        except YingdaError as error:
            facts = {"code": error.code, "message": error.message, "component": "handoff"}
            self.events.emit(EventType.ERROR, **facts, provider="yingda", fatal=False)

    def _carry_out(self, ordered: tuple[Handoff, Parts], content: str) -> None:
        if content:
            ordered = (replace(ordered[0], announcement=content), ordered[1])
        self._floor.interrupt()
        announcement = self._office.accept(ordered)
        if announcement:
            self._floor.say(Saying(announcement, "handoff", interruptible=False))
        else:
            self._hand_over()

    def _hand_over(self) -> None:
        """A handoff that was decided in the reply that is over now."""
        former = self._office.agent
        done = self._office.hand_over()
        if done is None:
            return
        handoff, self._newcomer = done
        self._take_office(former)
        known = self._around.tools.found
        variables = {"variables": dict(known)} if known else {}
        self.events.emit(EventType.HANDOFF, **handoff.data(self._newcomer.summary), **variables)

    def _hand_over_if_idle(self) -> None:
        """A handoff that was decided while nobody spoke."""
        if self._floor.reply is None:
            self._hand_over()

    def _leave_voicemail(self, text: str, beep: bool) -> None:
        self._voicemail.tool(text, self.events.now(), beep=beep)

    def _take_office(self, former: Agent) -> None:
        """Another agent is in office than `former`."""
        agent = self._office.agent
        agent.parts.troubles.subscribe(self._trouble)
        self._floor.become(agent)
        self._caretaker.become(agent.spec)
        self._meter.become(agent.spec)
        if agent.spec.transcriber != former.spec.transcriber or agent.live or former.live:
            self._account_for_hearing(former)
            self._caller.become(agent.spec, agent.ear)
            self._listen()
        else:
            self._caller.become(agent.spec, None)

    def _introduce_newcomer(self) -> None:
        """Unless the caller speaks first: then the answer is the introduction."""
        newcomer = self._newcomer
        if newcomer is None or self._floor.reply or self._caller.busy:
            return
        self._newcomer = None
        if newcomer.greeting:
            self._floor.say(Saying(newcomer.greeting, "first-message"))
        else:
            self._floor.think()

    def _asked(self) -> None:
        self._newcomer = None
        self._office.caller_spoke()

    # ── transfers ────────────────────────────────────────────────────────────────────────────────────

    def transfer(self, destination: Json, content: str = "") -> None:
        """Connect the caller elsewhere, after `content` was said; raises Conflict when the line cannot."""
        refused = self.transport.transfer(destination)
        if refused:
            raise Conflict("transfer_refused", refused)
        self._floor.interrupt()
        self._floor.forget_waiting()
        self.events.emit(EventType.TRANSFER_REQUESTED, turn=self._floor.turn, destination=destination)
        if content:
            self.say(content, end_reason=reasons.FORWARDED, interruptible=False)
        else:
            self.end(reasons.FORWARDED)

    def send_over_line(self, message: Json) -> None:
        """Something for whoever carries the call; raises Conflict when the line knows no such thing."""
        refused = self.transport.send_message(message)
        if refused:
            raise Conflict("transport_cannot", refused)

    def append_context(self, kind: str, text: str) -> None:
        """Let the model know something without an answer: an instruction, a thought, a comment."""
        self._floor.agent.thinker.add("system", contextual(kind, text, self._floor.agent.spec.speaks))

    # ── tools and live control ───────────────────────────────────────────────────────────────────────

    def tool_result(self, call_id: str, result: str, *, failed: bool = False) -> bool:
        """The client answers a tool call; False when nobody waits for it."""
        delivered = self._floor.agent.toolbox.deliver(call_id, result, failed=failed)
        return delivered or self._hooks.deliver(call_id, result, failed=failed)

    def mute_agent(self, muted: bool) -> None:
        """The agent goes on speaking, unheard."""
        self._floor.mute(muted)

    def mute_caller(self, muted: bool) -> None:
        """The caller's sound is silence from here on."""
        self._caller.line.muted = muted
