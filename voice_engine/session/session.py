"""One conversation, whole.

Sound comes in by `hear`, time by `tick` (every 20 ms, from the process's one wheel), commands by name. All
decisions are made in these calls, synchronously. The caller's side is here, the agent's in `floor`.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from voice_engine.kernel.clock import Clock
from voice_engine.kernel.errors import ProviderError
from voice_engine.kernel.events import EventType
from voice_engine.listen.interrupt import Interruption, Verdict
from voice_engine.listen.lexicon import is_backchannel
from voice_engine.listen.listener import Listener
from voice_engine.listen.turns import TurnEnded, TurnTaker
from voice_engine.providers.base import Llm, Stt, Transcript, Tts, Vad
from voice_engine.session import reasons
from voice_engine.session.agent import Agent, language_of
from voice_engine.session.callerline import CallerLine
from voice_engine.session.caretaker import Caretaker
from voice_engine.session.eventlog import EventLog
from voice_engine.session.floor import Floor, Saying, Stage
from voice_engine.session.greeting import Greeting
from voice_engine.session.lifecycle import CONNECTION_LOST, ON_HOLD, Hold, State, move
from voice_engine.session.meter import Meter
from voice_engine.session.minutes import Minutes
from voice_engine.session.recorder import Recorder
from voice_engine.session.reply import Question, Reply
from voice_engine.session.speculation import Guesser, Odds
from voice_engine.session.timeline import Marks
from voice_engine.session.transport import Transport
from voice_engine.spec import SessionSpec
from voice_engine.think.thinker import Thinker
from voice_engine.think.toolbox import CallServer, Toolbox

STT_RESTARTS = 3
CLOSE_DEADLINE_S = 2.0
MAX_FAILURES = 2  # replies in a row that may break before the call ends


@dataclass(frozen=True, slots=True)
class Parts:
    """The vendors of one conversation."""

    stt: Stt
    llm: Llm
    tts: Tts
    vad: Vad


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a session shares with the others of its process."""

    clock: Clock
    call_server: CallServer
    keep_recording: Callable[[], str] | None = None
    odds: Odds = field(default_factory=Odds)


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
        self._transport, self._around = transport, around
        self._started = around.clock.now()
        self._minutes = Minutes(spec, events, around.clock)
        self._meter = Meter(spec, events)
        self.state = State.INIT
        assistant, rate = spec.assistant, spec.transport.sample_rate
        self._turns, self._interruption = TurnTaker(assistant.turn), Interruption(assistant.turn)
        self._listener = Listener(parts.stt, parts.vad.stream(), rate, self, self._interruption.caller_level)
        self._line = CallerLine(rate, recorder, self._listener.push, self._listener.speaking)
        stage = Stage(
            transport, recorder, events, self._minutes, self._meter, self._now,
            self._interruption.reset, self._interruption.agent_said, self._interruption.agent_sound,
            self._reply_over, self._reply_failed,
        )  # fmt: skip
        self._floor = Floor(stage, self._agent(parts), rate)
        self._caretaker = Caretaker(assistant, self._floor, self.end)
        self._guesser = Guesser(self._floor, around.odds, spec.org_id)
        self._greeting = Greeting(assistant)
        self._greeted_with: Question | None = None
        self._hold = Hold()
        self._failures = 0
        self._closed = False
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def _agent(self, parts: Parts) -> Agent:
        assistant = self.spec.assistant
        toolbox = Toolbox(
            assistant.model.tools,
            announce=lambda calls: self._tell_tools(EventType.TOOL_CALLS, toolCalls=calls),
            announce_results=lambda results: self._tell_tools(EventType.TOOL_RESULTS, results=results),
            call_server=self._around.call_server,
            end_call=self._end_after_reply,
        )
        thinker = Thinker(assistant.model, parts.llm, toolbox)
        return Agent(assistant, thinker, toolbox, parts.tts, language_of(assistant))

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> str:
        """The whole conversation; returns why it ended."""
        self.state = move(self.state, State.ACTIVE)
        self._minutes.session_started()
        listening = asyncio.create_task(self._listen(), name="listen")
        try:
            self._greet()
            return await self._ended
        finally:
            await self._close(listening)

    @property
    def live(self) -> bool:
        """Whether the conversation is going on."""
        return self.state in (State.ACTIVE, State.PAUSED) and not self._ended.done()

    @property
    def transport(self) -> Transport:
        """The way to the caller."""
        return self._transport

    @property
    def missing_caller(self) -> bool:
        """Whether the caller's connection is lost and may come back."""
        return self.live and self._hold.missing_since is not None

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
        now = self._now()
        if self._hold.begin(why, now):
            self.state = move(self.state, State.PAUSED)
            self._floor.pause(now)
        self.events.emit(EventType.SESSION_PAUSED, why=why)

    def _resume(self, why: str) -> None:
        now = self._now()
        lasted = self._hold.end(why, now)
        if lasted is None:
            return
        self.events.emit(EventType.SESSION_RESUMED, why=why, pausedS=round(lasted, 3))
        if not self._hold.reasons:
            self.state = move(self.state, State.ACTIVE)
            self._floor.resume()
            self._caretaker.idle.somebody_spoke(now)

    def abandon(self) -> None:
        """The session failed: if its books are still open, close them with an internal error."""
        if not self._closed:
            self._end_books(reasons.INTERNAL, self._now())

    def end(self, reason: str) -> None:
        """End the conversation now; the first reason counts."""
        if not self._ended.done():
            self._ended.set_result(reason)

    async def _close(self, listening: asyncio.Task[None]) -> None:
        reason = self._ended.result() if self._ended.done() else reasons.WORKER_SHUTDOWN
        now = self._now()
        ending = self._floor.close()
        self._listener.close()
        await asyncio.wait({listening, *ending}, timeout=CLOSE_DEADLINE_S)
        listening.cancel()
        self.state = move(self.state, State.ENDED)
        self._meter.close(now, self._listener.usage, self._listener.fed_s)
        self.recorder.close(now)
        self._keep()
        self._end_books(reason, now)

    def _keep(self) -> None:
        keep = self._around.keep_recording
        if keep is None or not self.spec.assistant.recording:
            return
        try:
            key = keep()
        except OSError:
            self._minutes.log.exception("recording_not_kept")
            return
        self.events.emit(EventType.RECORDING_READY, key=key, seconds=round(self.recorder.seconds, 3))

    def _end_books(self, reason: str, now: float) -> None:
        self._closed = True
        self.events.emit(EventType.SESSION_ENDED, endedReason=reason, durationS=round(now, 3))
        self._transport.close(reason)
        self._minutes.log.info(
            "session_ended", reason=reason, seconds=round(now, 1), underruns=self._floor.underruns
        )

    def _now(self) -> float:
        """Seconds of the session."""
        return self._around.clock.now() - self._started

    # ── the caller's sound and words ─────────────────────────────────────────────────────────────────

    def hear(self, pcm: bytes) -> None:
        """The caller's next sound: PCM16 mono at the transport's rate. Too much of it at once is cut."""
        if not self.live or self.state is State.PAUSED:
            return
        with self._ending_when_the_recogniser_stalls():
            self._line.hear(pcm, self._now())
        if self._line.flooded:
            self.end(reasons.FLOOD)

    @contextmanager
    def _ending_when_the_recogniser_stalls(self) -> Iterator[None]:
        try:
            yield
        except ProviderError as error:
            self._minutes.vendor_failed("stt", error)
            self.end(reasons.provider_failed("stt", error))

    def caller_started(self, at: float) -> None:
        """The VAD hears the caller begin."""
        self._turns.speech_started(at)
        self._caretaker.idle.caller_spoke(self._now())
        self._interruption.speech_started(at)
        self._greeting.somebody_speaks()
        self._minutes.speech("user", self._floor.turn + 1, at, started=True)

    def caller_paused(self, at: float) -> None:
        """The VAD hears a short silence."""
        self._turns.speech_paused(at)

    def caller_stopped(self, at: float) -> None:
        """The VAD hears the caller end."""
        self._turns.speech_stopped(at)
        self._interruption.speech_stopped(at)
        self._caretaker.idle.caller_spoke(self._now())
        self._minutes.speech("user", self._floor.turn + 1, at, started=False)

    def caller_words(self, transcript: Transcript) -> None:
        """The recogniser understands something."""
        self._turns.words(transcript.text, final=transcript.final, now=self._now())
        if transcript.text.strip():
            self._caretaker.idle.caller_spoke(self._now())
            self._minutes.transcript(transcript, self._floor.turn + 1)
        text, reply = self._turns.text, self._floor.reply
        self._interruption.words(text)
        if reply and text and not reply.committed and not is_backchannel(text):
            self._hear_on()

    def _hear_on(self) -> None:
        """The caller goes on before anything of the answer was heard: the turn was not over."""
        question = self._floor.take_back()
        if question and question.turn:
            self._turns.reopen(question.turn)

    async def _listen(self) -> None:
        for _ in range(STT_RESTARTS):
            try:
                return await self._listener.run()
            except ProviderError as error:
                self._minutes.vendor_failed("stt", error)
                failure = error
                if not error.retryable:
                    break
        self.end(reasons.provider_failed("stt", failure))
        return None

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────

    def tick(self) -> None:
        """Every 20 ms: put sound on the wire, then decide."""
        if not self.live:
            return
        now = self._now()
        if self.state is State.ACTIVE:
            self._floor.play(now)
        with self._ending_when_the_recogniser_stalls():
            self._line.tick(now)
        self.recorder.write(now)
        if self.state is State.PAUSED:
            self._wait(now)
            return
        reply = self._floor.reply
        if reply is None or reply.interruptible:
            self._judge_interruption(now)
            self._judge_turn(now)
        if not self._greeting.over and self._greeting.due(now):
            self._greet_back(now)
        self._floor.settle(now)
        self._caretaker.tick(now, patient=self._turns.waiting)

    def _wait(self, now: float) -> None:
        missing = self._hold.missing_since
        if missing is not None and now - missing >= self.spec.assistant.resume_within_s:
            self.end(reasons.CONNECTION_LOST)
        elif now >= self.spec.assistant.max_duration_s:
            self.end(reasons.MAX_DURATION)

    def _judge_interruption(self, now: float) -> None:
        if self._floor.reply is None:
            return
        match self._interruption.tick(now):
            case Verdict.PAUSE:
                self._floor.pause(now)
            case Verdict.RESUME:
                self._floor.resume()
                if not self._interruption.overrules(self._turns.text):
                    self._turns.forget()
            case Verdict.COMMIT:
                self._floor.quiet_until = self._interruption.quiet_until
                self._floor.interrupt()

    def _judge_turn(self, now: float) -> None:
        ended = self._turns.tick(now)
        if ended:
            self._turn_ended(ended, now)
        elif self._floor.reply is None and self._greeting.over and (text := self._turns.guess(now)):
            self._guesser.consider(text)

    # ── turns and replies ────────────────────────────────────────────────────────────────────────────

    def _greet(self) -> None:
        assistant = self.spec.assistant
        if assistant.first_message_mode == "assistant-speaks-first-with-model-generated-message":
            self._floor.think(interruptible=assistant.first_message_interruptible)
        elif assistant.first_message_mode == "assistant-speaks-first":
            self.say_first_message()

    def say_first_message(self) -> None:
        """Speak the first message (again), if there is one."""
        greeting = self._first_message()
        if greeting:
            self._floor.say(greeting, interrupt=True)

    def _turn_ended(self, ended: TurnEnded, now: float) -> None:
        reply = self._floor.reply
        if reply and reply.sounded and not self._interruption.overrules(ended.text):
            return
        self._caretaker.idle.caller_spoke(now)
        question = Question(ended.text, ended.speech_started, ended.speech_ended, ended)
        if ended.why == "lost":
            self._caretaker.ask_again()
        elif self._greeting.over:
            self._answer(question, _marks(ended, now), ended.why)
        else:
            self._greeting.turn_ended(ended.speech_ended)
            self._greeted_with = question.after(self._greeted_with)

    def _greet_back(self, now: float) -> None:
        """Whoever answered has been heard out: the first message, at last."""
        question, self._greeted_with = self._greeted_with, None
        greeting = self._first_message()
        if question and greeting:
            self._floor.answer_with(greeting, question, Marks(speech_ended=question.ended, turn_decided=now))
        else:
            self.say_first_message()

    def _first_message(self) -> Saying | None:
        assistant = self.spec.assistant
        if not assistant.first_message:
            return None
        interruptible = assistant.first_message_interruptible
        return Saying(assistant.first_message, "first-message", interruptible=interruptible)

    def user_text(self, text: str) -> None:
        """The caller typed: it interrupts and is answered like speech."""
        now = self._now()
        self._caretaker.idle.caller_spoke(now)
        self._greeting.over = True
        self._answer(Question(text, now, now), Marks(turn_decided=now), "typed")

    def _answer(self, question: Question, marks: Marks, why: str) -> None:
        guessed = self._guesser.redeem(question.text)
        if guessed:
            self._floor.keep(question, marks)
        else:
            self._floor.answer(question, marks)
        turn = self._floor.turn
        self.events.emit(EventType.TURN_STARTED, turn=turn, text=question.text, why=why, guessed=guessed)

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
        self._floor.agent.thinker.history.add(role, text)
        if respond:
            self._floor.think()

    def interrupt(self) -> None:
        """Stop the running reply, if any."""
        self._floor.interrupt()

    def _reply_failed(self, kind: str, error: ProviderError) -> None:
        self._minutes.vendor_failed(kind, error)
        self._failures += 1
        if self._failures >= MAX_FAILURES or kind == "tts":
            self.end(reasons.provider_failed(kind, error))
        else:
            self._caretaker.apologise()

    def _reply_over(self, reply: Reply, heard: str, interrupted: bool) -> None:
        if heard:
            self._turns.expect(heard)
        if interrupted:
            return
        assistant = self.spec.assistant
        if reply.source == "model":
            self._failures = 0
        if reply.end_reason and reply.source == "model" and assistant.end_call_message:
            self.say(assistant.end_call_message, end_reason=reply.end_reason)
        elif reply.end_reason:
            self.end(reply.end_reason)
        elif any(phrase.lower() in heard.lower() for phrase in assistant.end_call_phrases):
            self.end(reasons.ASSISTANT_SAID_PHRASE)
        else:
            self._floor.say_next()

    # ── tools and live control ───────────────────────────────────────────────────────────────────────

    def _tell_tools(self, kind: EventType, **data: Any) -> None:
        self.events.emit(kind, turn=self._floor.turn, **data)

    def tool_result(self, call_id: str, result: str) -> bool:
        """The client answers a tool call; False when nobody waits for it."""
        return self._floor.agent.toolbox.deliver(call_id, result)

    def _end_after_reply(self) -> None:
        if self._floor.reply:
            self._floor.reply.end_reason = reasons.ASSISTANT_ENDED

    def mute_agent(self, muted: bool) -> None:
        """The agent goes on speaking, unheard."""
        self._floor.muted = muted

    def mute_caller(self, muted: bool) -> None:
        """The caller's sound is silence from here on."""
        self._line.muted = muted


def _marks(ended: TurnEnded, now: float) -> Marks:
    return Marks(
        speech_started=ended.speech_started,
        speech_ended=ended.speech_ended,
        stt_first=ended.stt_first,
        stt_final=ended.stt_final,
        pause_over=min(ended.pause_over, now),
        turn_decided=now,
    )
