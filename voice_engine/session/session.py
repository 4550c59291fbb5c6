"""One conversation, whole: the only place that starts and cancels replies.

Sound comes in by `hear`, time by `tick` (every 20 ms, from the process's one wheel), commands by name. All
decisions are made in these calls, synchronously; tasks only wait for vendors.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
from voice_engine.session.callerline import CallerLine
from voice_engine.session.eventlog import EventLog
from voice_engine.session.lifecycle import State, move
from voice_engine.session.meter import Meter
from voice_engine.session.minutes import Minutes
from voice_engine.session.recorder import Recorder
from voice_engine.session.reply import Reply
from voice_engine.session.timeline import Marks
from voice_engine.session.transport import Transport
from voice_engine.speak.pacing import SLOT_S, Playout
from voice_engine.speak.speaker import Speaker
from voice_engine.spec import SessionSpec
from voice_engine.think.thinker import Thinker
from voice_engine.think.toolbox import CallServer, Toolbox

STT_RESTARTS = 3
CLOSE_DEADLINE_S = 2.0

APOLOGY = {
    "zh": "抱歉，我这边出了点问题，请您再说一遍。",
    "en": "Sorry, something went wrong on my side. Please say that again.",
}


@dataclass(frozen=True, slots=True)
class Parts:
    """The vendors of one conversation."""

    stt: Stt
    llm: Llm
    tts: Tts
    vad: Vad


class Session:
    """Runs one SessionSpec over one transport."""

    def __init__(
        self,
        spec: SessionSpec,
        parts: Parts,
        transport: Transport,
        events: EventLog,
        recorder: Recorder,
        clock: Clock,
        call_server: CallServer,
        keep_recording: Callable[[], str] | None = None,
    ) -> None:
        self.spec, self.events, self.recorder = spec, events, recorder
        self._transport, self._clock, self._keep_recording = transport, clock, keep_recording
        self._minutes = Minutes(spec, events, clock)
        assistant, rate = spec.assistant, spec.transport.sample_rate
        self.state = State.INIT
        self._started = clock.now()
        self._turns, self._interruption = TurnTaker(assistant.turn), Interruption(assistant.turn)
        self._listener = Listener(parts.stt, parts.vad.stream(), rate, self)
        self._line = CallerLine(rate, recorder, self._listener.push, self._listener.speaking)
        self._playout = Playout(rate)
        self._speaker = Speaker(parts.tts, self._playout, rate, _language(spec))
        self._toolbox = Toolbox(
            assistant.model.tools,
            announce=lambda calls: self._tell_tools(EventType.TOOL_CALLS, toolCalls=calls),
            announce_results=lambda results: self._tell_tools(EventType.TOOL_RESULTS, results=results),
            call_server=call_server,
            end_call=self._end_after_reply,
        )
        self._thinker = Thinker(assistant.model, parts.llm, self._toolbox)
        self._meter = Meter(spec, events)
        self._reply: Reply | None = None
        self._to_say: list[tuple[str, str, bool]] = []
        self._turn = 0
        self._failures = 0
        self._last_activity = 0.0
        self._agent_muted = self._closed = False
        self._cancelled: set[asyncio.Task[None]] = set()
        self._ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

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
        return self.state is State.ACTIVE and not self._ended.done()

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
        if self._reply:
            self._finish_reply(interrupted=not self._playout.done(now))
        self._listener.close()
        await asyncio.wait({listening, *self._cancelled}, timeout=CLOSE_DEADLINE_S)
        listening.cancel()
        self.state = move(self.state, State.ENDED)
        self._meter.close(now, self._listener.usage, self._listener.fed_s)
        self.recorder.close(now)
        self._keep()
        self._end_books(reason, now)

    def _keep(self) -> None:
        if not self._keep_recording or not self.spec.assistant.recording:
            return
        try:
            key = self._keep_recording()
        except OSError:
            self._minutes.log.exception("recording_not_kept")
            return
        self.events.emit(EventType.RECORDING_READY, key=key, seconds=round(self.recorder.seconds, 3))

    def _end_books(self, reason: str, now: float) -> None:
        self._closed = True
        self.events.emit(EventType.SESSION_ENDED, endedReason=reason, durationS=round(now, 3))
        self._transport.close(reason)
        self._minutes.log.info(
            "session_ended", reason=reason, seconds=round(now, 1), underruns=self._playout.underruns
        )

    def _now(self) -> float:
        """Seconds of the session."""
        return self._clock.now() - self._started

    # ── the caller's sound and words ─────────────────────────────────────────────────────────────────

    def hear(self, pcm: bytes) -> None:
        """The caller's next sound: PCM16 mono at the transport's rate. Too much of it at once is cut."""
        if not self.live:
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
        self._last_activity = self._now()
        if self._reply:
            self._interruption.speech_started(at)
        self._minutes.speech("user", self._turn + 1, at, started=True)

    def caller_stopped(self, at: float) -> None:
        """The VAD hears the caller end."""
        self._turns.speech_stopped(at)
        self._interruption.speech_stopped(at)
        self._last_activity = self._now()
        self._minutes.speech("user", self._turn + 1, at, started=False)

    def caller_words(self, transcript: Transcript) -> None:
        """The recogniser understands something."""
        self._turns.words(transcript.text, final=transcript.final, now=self._now())
        if self._reply:
            self._interruption.words(self._turns.text)
        if transcript.text.strip():
            self._last_activity = self._now()
            self._minutes.transcript(transcript, self._turn + 1)

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
        self._play(now)
        with self._ending_when_the_recogniser_stalls():
            self._line.tick(now)
        self.recorder.write(now)
        self._judge_interruption(now)
        if self._reply is None or self._reply.interruptible:
            ended = self._turns.tick(now)
            if ended:
                self._turn_ended(ended, now)
        if self._reply and self._reply.generated and self._playout.done(now):
            self._finish_reply(interrupted=False)
        self._mind_the_time(now)

    def _play(self, now: float) -> None:
        reply = self._reply
        for slot in self._playout.due(now):
            if reply and not reply.sounded and any(slot.pcm):
                reply.sounded = True
                reply.marks.set_once("sound_first", max(slot.index * SLOT_S, now))
                self._minutes.speech("assistant", reply.turn, now, started=True)
            if not self._agent_muted:
                self._transport.play(slot.pcm)
                self.recorder.agent(slot)
        if reply and reply.sounded:
            self._last_activity = now

    def _judge_interruption(self, now: float) -> None:
        if self._reply is None or not self._reply.interruptible:
            return
        match self._interruption.tick(now):
            case Verdict.PAUSE:
                self._playout.paused = True
            case Verdict.RESUME:
                self._playout.paused = False
                if is_backchannel(self._turns.text):
                    self._turns.forget()
            case Verdict.COMMIT:
                self.interrupt()

    def _mind_the_time(self, now: float) -> None:
        assistant = self.spec.assistant
        if now >= assistant.max_duration_s:
            self.end(reasons.MAX_DURATION)
        elif self._reply is None and now - self._last_activity >= assistant.silence_timeout_s:
            self.end(reasons.SILENCE)

    # ── turns and replies ────────────────────────────────────────────────────────────────────────────

    def _greet(self) -> None:
        assistant = self.spec.assistant
        if assistant.first_message_mode == "assistant-speaks-first-with-model-generated-message":
            self._think(Marks(), interruptible=assistant.first_message_interruptible)
        elif assistant.first_message_mode == "assistant-speaks-first":
            self.say_first_message()

    def say_first_message(self) -> None:
        """Speak the first message (again), if there is one."""
        assistant = self.spec.assistant
        if assistant.first_message:
            self.interrupt()
            interruptible = assistant.first_message_interruptible
            self._recite(assistant.first_message, "first-message", interruptible=interruptible)

    def _turn_ended(self, ended: TurnEnded, now: float) -> None:
        if self._reply and self._reply.sounded and is_backchannel(ended.text):
            return
        self._last_activity = now
        marks = Marks(
            speech_started=ended.speech_started,
            speech_ended=ended.speech_ended,
            stt_first=ended.stt_first,
            stt_final=ended.stt_final,
            pause_over=min(ended.pause_over, now),
            turn_decided=now,
        )
        self._minutes.message("user", ended.text, ended.speech_started, ended.speech_ended)
        self._answer(ended.text, marks)

    def user_text(self, text: str) -> None:
        """The caller typed: it interrupts and is answered like speech."""
        now = self._now()
        self._last_activity = now
        self._minutes.message("user", text, now, now)
        self._answer(text, Marks(turn_decided=now))

    def _answer(self, text: str, marks: Marks) -> None:
        self.interrupt()
        self._thinker.history.user(text)
        self._think(marks)
        self.events.emit(EventType.TURN_STARTED, turn=self._turn, text=text)

    def say(
        self, text: str, *, end_reason: str = "", interrupt: bool = False, interruptible: bool = True
    ) -> None:
        """Speak given words: now if nobody speaks or `interrupt`, else after the running reply."""
        if self._reply and not interrupt:
            self._to_say.append((text, end_reason, interruptible))
            return
        self.interrupt()
        self._recite(text, "force-say", interruptible=interruptible, end_reason=end_reason)

    def add_message(self, role: str, text: str, *, respond: bool) -> None:
        """Put a message into the history; optionally let the model answer it."""
        if role == "user" and respond:
            self.user_text(text)
            return
        self._thinker.history.add(role, text)
        if respond:
            self.interrupt()
            self._think(Marks(turn_decided=self._now()))

    def interrupt(self) -> None:
        """Stop the running reply, if any: local sound first, vendors second."""
        if self._reply is None:
            return
        self._playout.clear()
        if self._playout.sent_slots:
            self.recorder.take_back(self._playout.rewind(self._now()))
            self._transport.flush()
        self._finish_reply(interrupted=True)

    def _think(self, marks: Marks, *, interruptible: bool = True) -> None:
        reply = self._new_reply(marks, "model", interruptible=interruptible)
        self._start(reply, self._thinker.think(reply))

    def _recite(self, text: str, source: str, *, interruptible: bool = True, end_reason: str = "") -> None:
        reply = self._new_reply(Marks(), source, interruptible=interruptible)
        reply.end_reason = end_reason
        self._start(reply, _once(text))

    def _new_reply(self, marks: Marks, source: str, *, interruptible: bool) -> Reply:
        self._turn += 1
        return Reply(self._turn, marks, self._now, self.events, source, interruptible)

    def _start(self, reply: Reply, words: AsyncGenerator[str, None]) -> None:
        self._interruption.reset()
        self._speaker.begin()
        self._reply = reply
        reply.task = asyncio.create_task(self._speak(reply, words), name=f"reply-{reply.turn}")

    async def _speak(self, reply: Reply, words: AsyncGenerator[str, None]) -> None:
        try:
            await self._speaker.say(words, reply)
            if reply.source == "model":
                self._failures = 0
        except ProviderError as error:
            thinking = reply.source == "model" and reply.marks.clause_first is None
            self._reply_failed("llm" if thinking else "tts", error)
        except Exception:  # boundary: a bug in one reply must not leave the caller in silence
            self._minutes.log.exception("reply_failed")
            self._reply_failed("llm", ProviderError("server", "yingda", "An internal error."))
        finally:
            self._meter.reply(reply)

    def _reply_failed(self, kind: str, error: ProviderError) -> None:
        self._playout.end()
        self._minutes.vendor_failed(kind, error)
        self._failures += 1
        if self._failures > 1 or kind == "tts":
            self.end(reasons.provider_failed(kind, error))
        else:
            self._to_say.append((APOLOGY[_language(self.spec)], "", True))

    def _finish_reply(self, *, interrupted: bool) -> None:
        reply, now = self._reply, self._now()
        if reply is None:
            return
        self._reply = None
        if reply.task and not reply.task.done():
            self._cancel(reply.task)
        heard = self._speaker.heard.heard(self._playout.heard_s(now))
        self._playout.clear()
        self._thinker.said(heard, interrupted=interrupted)
        self._interruption.reset()
        self._minutes.reply_ended(reply, heard, now, interrupted=interrupted)
        if not interrupted:
            self._after_reply(reply, heard)

    def _cancel(self, task: asyncio.Task[None]) -> None:
        self._cancelled.add(task)
        task.add_done_callback(self._cancelled.discard)
        task.cancel()

    def _after_reply(self, reply: Reply, heard: str) -> None:
        assistant = self.spec.assistant
        if reply.end_reason and reply.source == "model" and assistant.end_call_message:
            self.say(assistant.end_call_message, end_reason=reply.end_reason)
        elif reply.end_reason:
            self.end(reply.end_reason)
        elif any(phrase.lower() in heard.lower() for phrase in assistant.end_call_phrases):
            self.end(reasons.ASSISTANT_SAID_PHRASE)
        elif self._to_say:
            text, end_reason, interruptible = self._to_say.pop(0)
            self.say(text, end_reason=end_reason, interruptible=interruptible)

    # ── tools and live control ───────────────────────────────────────────────────────────────────────

    def _tell_tools(self, kind: EventType, **data: Any) -> None:
        self.events.emit(kind, turn=self._turn, **data)

    def tool_result(self, call_id: str, result: str) -> bool:
        """The client answers a tool call; False when nobody waits for it."""
        return self._toolbox.deliver(call_id, result)

    def _end_after_reply(self) -> None:
        if self._reply:
            self._reply.end_reason = reasons.ASSISTANT_ENDED

    def mute_agent(self, muted: bool) -> None:
        """The agent goes on speaking, unheard."""
        self._agent_muted = muted

    def mute_caller(self, muted: bool) -> None:
        """The caller's sound is silence from here on."""
        self._line.muted = muted


def _language(spec: SessionSpec) -> str:
    voice, transcriber = spec.assistant.voice, spec.assistant.transcriber
    language = voice.language or transcriber.language or voice.voice_id
    return "en" if language.lower().startswith("en") else "zh"


async def _once(text: str) -> AsyncGenerator[str, None]:
    yield text
