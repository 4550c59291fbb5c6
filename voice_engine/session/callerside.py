"""The caller's side of a conversation: sound and words come in; turns and interruptions go to the floor."""

import asyncio
from dataclasses import dataclass, replace

from voice_engine.kernel.events import EventType
from voice_engine.listen.interrupt import Interruption, Verdict
from voice_engine.listen.keypad import Keypad
from voice_engine.listen.lexicon import is_backchannel
from voice_engine.listen.listener import Listener
from voice_engine.listen.patience import FinalDelay
from voice_engine.listen.turns import TurnEnded, TurnTaker
from voice_engine.providers.base import Stt, Transcript, Usage, VadStream
from voice_engine.session.callerline import CallerLine
from voice_engine.session.caretaker import Caretaker
from voice_engine.session.consent import Consent
from voice_engine.session.endpointing import Endpointing
from voice_engine.session.floor import Floor
from voice_engine.session.greeting import Greeting
from voice_engine.session.guesser import Guesser
from voice_engine.session.live import Live
from voice_engine.session.reply import Question
from voice_engine.session.stage import Stage
from voice_engine.session.timeline import Marks
from voice_engine.session.vendorturns import VendorTurns
from voice_engine.session.voicemail import Voicemail
from voice_engine.speak.pacing import SLOT_S
from voice_engine.spec import AssistantSpec
from voice_engine.think.tools.base import AskServer


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who hears for this call."""

    stt: Stt
    vad: VadStream
    rate: int
    interruption: Interruption
    delays: dict[str, FinalDelay]  # by recogniser: how late its finals come
    voicemail: Voicemail
    ask: AskServer  # the customer's server, about pauses
    consent: Consent


class CallerSide:
    """Watches the listener; every decision about whose turn it is falls here."""

    def __init__(
        self,
        assistant: AssistantSpec,
        hearing: Hearing,
        stage: Stage,
        floor: Floor,
        caretaker: Caretaker,
        guesser: Guesser,
    ) -> None:
        self._stage, self._floor, self._caretaker, self._guesser = stage, floor, caretaker, guesser
        self._hearing = hearing
        self._interruption = hearing.interruption
        self._live: Live | None = None
        self._vendor_turns = VendorTurns(self._floor_is_free)
        self._turns = self._turns_of(assistant, hearing.stt)
        self._not_understood: Question | None = None  # answered before its words were known
        self.listener = self._listen_with(hearing.stt)
        self.line = CallerLine(hearing.rate, stage.recorder, self._push, self._speaking)
        self._keypad = Keypad(assistant.keypad)
        self._voicemail, self._consent = hearing.voicemail, hearing.consent
        self._endpointing = self._server_for_pauses(assistant)
        self._least_sure: float | None = None  # confidence of the turn's finals
        self._greeting = Greeting(assistant)
        self._greeted_with: Question | None = None
        self._appointment: asyncio.TimerHandle | None = None

    def become(self, assistant: AssistantSpec, stt: Stt | None) -> None:
        """Another assistant is in office; `stt` hears from now on, if it is another one."""
        self._turns = self._turns_of(assistant, stt or self._live)
        self._interruption.follow(assistant.turn)
        self._keypad.follow(assistant.keypad)
        self._stop_asking()
        self._endpointing = self._server_for_pauses(assistant)
        if stt:
            self.listener.close()
            self.listener = self._listen_with(stt)

    def _turns_of(self, assistant: AssistantSpec, stt: Stt | None) -> TurnTaker | VendorTurns:
        """Who decides on turns: we, or a realtime model."""
        if self._live:
            self._live.watcher = None
        self._live = stt if isinstance(stt, Live) else None
        if self._live:
            self._live.watcher = self
            self._vendor_turns = VendorTurns(self._floor_is_free)
            return self._vendor_turns
        recogniser = assistant.transcriber
        delay = self._hearing.delays[f"{recogniser.provider}/{recogniser.model}"]
        return TurnTaker(assistant.turn, delay)

    def _server_for_pauses(self, assistant: AssistantSpec) -> Endpointing | None:
        server = assistant.endpointing
        known = lambda text: self._floor.agent.thinker.history.messages(text)  # noqa: E731
        return Endpointing(server, self._hearing.ask, known, self._advised) if server else None

    def _stop_asking(self) -> None:
        if self._endpointing:
            self._endpointing.drop()

    def _listen_with(self, stt: Stt) -> Listener:
        hearing = self._hearing
        return Listener(stt, hearing.vad, hearing.rate, self, hearing.interruption.caller_level)

    def _push(self, pcm: bytes, begin: float) -> None:
        if self._voicemail.listens:
            self._voicemail.sound(pcm, self._stage.now())
        self.listener.push(pcm, begin)
        reply = self._floor.reply
        if reply and reply.interruptible and self.listener.speaking():
            self._judge_interruption(self._stage.now())  # not up to 20 ms later, at the next tick

    def _speaking(self) -> bool:
        return self.listener.speaking()

    @property
    def busy(self) -> bool:
        """Whether the caller speaks, or has spoken and was not answered."""
        return self.listener.speaking() or bool(self._turns.text)

    @property
    def patient(self) -> bool:
        """Whether the caller has asked for time."""
        return self._turns.waiting

    # ── sound and words ──────────────────────────────────────────────────────────────────────────────

    def caller_started(self, at: float) -> None:
        """The VAD hears the caller begin."""
        self._turns.speech_started(at)
        self._interruption.speech_started(at)
        self._greeting.somebody_speaks()
        self._be_on_the_dot(self._stage.now())
        self._note_speech(at, started=True)
        self._stop_asking()

    def caller_paused(self, at: float) -> None:
        """The VAD hears a short silence."""
        self._turns.speech_paused(at)

    def caller_stopped(self, at: float) -> None:
        """The VAD hears the caller end."""
        self._turns.speech_stopped(at)
        self._interruption.speech_stopped(at)
        self._note_speech(at, started=False)
        self._ask_for_a_pause()

    def _ask_for_a_pause(self) -> None:
        """The customer's server may know better than the words when this turn is over."""
        asks, turns = self._endpointing, self._turns
        if asks is None or not isinstance(turns, TurnTaker) or not turns.text or self.listener.speaking():
            return
        if asks.consider(turns.text):
            turns.await_advice()

    def _advised(self, seconds: float | None) -> None:
        if isinstance(self._turns, TurnTaker):
            self._turns.advise(seconds)

    def _note_speech(self, at: float, *, started: bool) -> None:
        self._caretaker.idle.caller_spoke(self._stage.now())
        self._stage.minutes.speech("user", self._floor.turn + 1, at, started=started)

    def caller_words(self, transcript: Transcript) -> None:
        """The recogniser understands something."""
        now = self._stage.now()
        self._turns.words(transcript.text, final=transcript.final, now=now)
        if transcript.text.strip():
            self._caretaker.idle.caller_spoke(now)
            self._stage.minutes.transcript(transcript, self._floor.turn + 1)
        text, reply = self._turns.text, self._floor.reply
        if transcript.final and transcript.confidence is not None:
            self._least_sure = min(transcript.confidence, self._least_sure or 1.0)
        if self._voicemail.listens:
            self._voicemail.words(text, now)
        if transcript.final:
            self._ask_for_a_pause()
        self._interruption.words(text)
        if reply and text and not reply.committed and not is_backchannel(text):
            self._hear_on()
        self._guess(now)
        self._be_on_the_dot(now)

    def _hear_on(self) -> None:
        """The caller goes on before anything of the answer was heard: the turn was not over."""
        question = self._floor.take_back()
        if question and question.turn:
            self._turns.reopen(question.turn)

    def _floor_is_free(self) -> bool:
        return self._floor.reply is None

    # ── a realtime model ─────────────────────────────────────────────────────────────────────────────

    def vendor_heard(self, turn: str, *, speaking: bool) -> None:
        """The vendor's VAD: a turn begins, or is over."""
        now, reply = self._stage.now(), self._floor.reply
        if not speaking:
            self._vendor_turns.vendor_stopped(turn, now)
            self.tick(now)
            return
        self._vendor_turns.vendor_started(turn, now)
        self._caretaker.idle.caller_spoke(now)
        if reply and not reply.committed:
            self._hear_on()

    def vendor_words(self, turn: str, text: str, *, final: bool) -> None:
        """The vendor's transcript, which may come after the answer has begun."""
        now = self._stage.now()
        answered = self._vendor_turns.vendor_words(turn, text, final=final, now=now)
        if text.strip():
            self._caretaker.idle.caller_spoke(now)
            self._stage.minutes.transcript(Transcript(text, final), self._floor.turn + (not answered))
        if not answered:
            self._interruption.words(self._turns.text)
            self.tick(now)
        elif final and self._not_understood and (words := self._vendor_turns.answered):
            question, self._not_understood = replace(self._not_understood, text=words), None
            self._floor.understood(question)

    def vendor_interrupted(self) -> None:
        """The vendor has broken its reply off, because it hears the caller."""
        reply = self._floor.reply
        if reply and reply.interruptible:
            if not reply.committed:
                self._hear_on()
            self._floor.interrupt()

    def vendor_used(self, usage: Usage) -> None:
        """What is billed beside the replies."""
        self._stage.meter.beside("llm", usage.provider, usage.model, usage, wasted=False)

    def expect(self, asked: str) -> None:
        """The agent said this last."""
        self._turns.expect(asked)

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────

    def tick(self, now: float) -> None:
        """Every 20 ms: who speaks next?"""
        reply = self._floor.reply
        if reply is None or reply.interruptible:
            if reply:
                self._judge_interruption(now)
            self._judge_turn(now)
        if not self._greeting.over and not self._consent.open and self._greeting.due(now):
            self._greet_back(now)
        if entered := self._keypad.tick(now):
            self.typed(entered)

    def _judge_interruption(self, now: float) -> None:
        match self._interruption.tick(now, self.listener.voiced_until):
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
            self._stop_asking()
            self._turn_ended(ended, now)
            return
        self._be_on_the_dot(now)
        self._guess(now)

    def _guess(self, now: float) -> None:
        free = self._floor.reply is None and self._greeting.over and not self._consent.open
        if free and (text := self._turns.guess(now)):
            self._guesser.consider(text)

    def _be_on_the_dot(self, now: float) -> None:
        """What is due before the next tick happens then, not up to 20 ms later."""
        due = self._turns.due
        if self._floor.reply:
            due = min(due, self._interruption.due)
        wait = due - now
        if 0 < wait < SLOT_S and self._appointment is None:
            self._appointment = asyncio.get_running_loop().call_later(wait, self._keep_appointment)

    def _keep_appointment(self) -> None:
        self._appointment = None
        self.tick(self._stage.now())

    # ── turns ────────────────────────────────────────────────────────────────────────────────────────

    def _turn_ended(self, ended: TurnEnded, now: float) -> None:
        reply = self._floor.reply
        talked_over = reply and reply.sounded and not self._interruption.overrules(ended.text)
        if talked_over or self._interruption.is_echo(ended.text, ended.speech_ended):
            self._ignored()
            return
        self._caretaker.idle.caller_spoke(now)
        sure, self._least_sure = self._least_sure, None
        if self._voicemail.machine or self._caretaker.hooks.unsure(sure):
            self._ignored()
            return
        question = Question(ended.text, ended.speech_started, ended.speech_ended, ended)
        if self._consent.open:
            self._ignored()
            self._about_consent(question, now)
        elif ended.why == "lost":
            self._caretaker.ask_again()
        elif self._greeting.over:
            self._answer(question, _marks(ended, now), ended.why)
        else:
            self._ignored()
            self._greeting.turn_ended(ended.speech_ended)
            self._greeted_with = question.after(self._greeted_with)

    def _about_consent(self, question: Question, now: float) -> None:
        """Not for the model: whether the call may be recorded."""
        self._stage.minutes.message("user", question.text, question.began, question.ended)
        self._consent.heard(question.text, now)

    def _ignored(self) -> None:
        """A realtime model would answer by itself."""
        if self._live:
            self._live.ignore()

    def pressed(self, keys: str) -> None:
        """The caller pressed keys: the agent stops, and answers when the entry is complete."""
        self._caretaker.idle.caller_spoke(self._stage.now())
        self._interruption.digit()
        self._keypad.press(keys, self._stage.now())

    def typed(self, text: str) -> None:
        """The caller typed: it interrupts and is answered like speech."""
        now = self._stage.now()
        self._caretaker.idle.caller_spoke(now)
        if self._consent.open:
            self._about_consent(Question(text, now, now), now)
            return
        self._greeting.over = True
        self._answer(Question(text, now, now), Marks(turn_decided=now), "typed")

    def _answer(self, question: Question, marks: Marks, why: str) -> None:
        if self._guesser.redeem(question.text):
            self._tell(question, why, self._floor.turn + 1, guessed=True)
            self._floor.keep(question, marks)
        else:
            self._not_understood = None if question.text else question
            self._floor.answer(question, marks)
            self._tell(question, why, self._floor.turn, guessed=False)

    def _tell(self, question: Question, why: str, turn: int, *, guessed: bool) -> None:
        self._stage.events.emit(
            EventType.TURN_STARTED, turn=turn, text=question.text, why=why, guessed=guessed
        )

    def _greet_back(self, now: float) -> None:
        """Whoever answered has been heard out: the first message, at last."""
        question, self._greeted_with = self._greeted_with, None
        greeting = self._floor.first_message()
        if question and greeting:
            self._floor.answer_with(greeting, question, Marks(speech_ended=question.ended, turn_decided=now))
        elif greeting:
            self._floor.say(greeting)

    def close(self) -> None:
        """No more sound will come."""
        self._stop_asking()
        if self._appointment:
            self._appointment.cancel()
        self.listener.close()


def _marks(ended: TurnEnded, now: float) -> Marks:
    return Marks(
        speech_started=ended.speech_started,
        speech_ended=ended.speech_ended,
        stt_first=ended.stt_first,
        stt_final=ended.stt_final,
        pause_over=min(ended.pause_over, now),
        turn_decided=now,
    )
