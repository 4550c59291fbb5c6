"""The agent's side of a conversation: the reply that has the floor, the guess behind it, what waits.

The only place that starts and cancels replies. Decisions are made synchronously; tasks only wait for vendors.
"""

import asyncio
from collections import deque
from dataclasses import replace
from typing import Any

from voice_engine.audio.measure import first_audible
from voice_engine.kernel.errors import ProviderError
from voice_engine.session.agent import Agent
from voice_engine.session.asides import Asides
from voice_engine.session.mouth import Mouth, Speech
from voice_engine.session.reply import Question, Reply, without
from voice_engine.session.stage import Saying, Stage
from voice_engine.session.timeline import Marks
from voice_engine.speak.cache import SpeechCache
from voice_engine.speak.pacing import SLOT_S, Playout, Slot
from voice_engine.speak.speaker import Speaker


class Floor:
    """Who speaks for the agent, one reply after the other."""

    def __init__(self, stage: Stage, agent: Agent, rate: int, cache: SpeechCache | None) -> None:
        self._stage, self.agent, self._rate = stage, agent, rate
        self._playout = Playout(rate)
        self._speaker = Speaker(
            agent.parts.tts, self._playout, rate, agent.spec.speaks,
            spec=agent.voice, org_id=stage.events.org_id, cache=cache,
        )  # fmt: skip
        self._mouth = Mouth(self._speaker)
        self.asides = Asides(self._speaker, self._playout, stage.meter)
        self.reply: Reply | None = None
        self.guess: Reply | None = None
        self._muted = False
        self._unheard: list[int] = []  # of the running reply's text: where it was muted and unmuted, in turn
        self._on_hold = False
        self.quiet_until = 0.0  # the caller has interrupted: nothing is said before
        self.spoke_until = 0.0  # session time at which the last sound on the wire ends
        self._waiting: deque[Saying] = deque()
        self._turn = self._replies = 0
        self._cancelled: set[asyncio.Task[None]] = set()
        self._meet(agent)

    def _meet(self, agent: Agent) -> None:
        if live := agent.live:
            live.speaking = lambda: self.reply is not None

    @property
    def turn(self) -> int:
        """Number of the newest turn."""
        return self._turn

    @property
    def underruns(self) -> int:
        """Ticks on which sound was due and had not come."""
        return self._playout.underruns

    # ── time ─────────────────────────────────────────────────────────────────────────────────────────

    def play(self, now: float) -> None:
        """Put on the wire what is due."""
        silent = self._on_hold or now < self.quiet_until
        slots = () if silent else self._playout.due(now)
        reply = self.reply
        for slot in slots:
            if slot.speech:
                self.spoke_until = (slot.index + 1) * SLOT_S
                self._stage.played(slot.index * SLOT_S, slot.voice)
                if reply and not reply.sounded:
                    self._sounds(reply, slot, now)
            if not self._muted:
                self._stage.transport.play(slot.pcm)
                self._stage.recorder.agent(slot)
        if self.asides.awaited and now >= self.spoke_until and not self._playout.waiting_s:
            self.asides.all_heard()

    def _sounds(self, reply: Reply, slot: Slot, now: float) -> None:
        audible = first_audible(slot.voice, self._rate)
        if audible is None:
            return
        reply.sounded = True
        reply.marks.set_once("sound_first", max(slot.index * SLOT_S, now) + audible)
        self.commit(reply)
        self._stage.minutes.reply_sounds(reply, now)

    def says(self, text: str) -> None:
        """These words are about to be heard."""
        self._stage.said(text)

    def sound_came(self, reply: Reply) -> None:
        """The first sound of a reply need not wait for the wheel."""
        if reply is self.reply:
            self.play(self._stage.now())

    def settle(self, now: float) -> None:
        """A reply that has been heard to its end gives up the floor."""
        if self.reply and self.reply.generated and self._playout.done(now):
            self._finish(interrupted=False)

    def become(self, agent: Agent) -> None:
        """Another assistant speaks from the next reply on."""
        self.agent = agent
        self._speaker.switch(agent.parts.tts, agent.spec.speaks, agent.voice)
        self._meet(agent)

    def quiet_since(self, now: float) -> float | None:
        """Since when the caller waits in silence for the agent; None when it is not the agent's turn."""
        reply = self.reply
        if reply is None or self._playout.paused or self.spoke_until > now:
            return None
        return max(reply.since, self.spoke_until, self.quiet_until)

    def mute(self, muted: bool) -> None:
        """The agent goes on speaking, unheard; what is said meanwhile is not in the history."""
        if self.reply and muted != self._muted:
            self._unheard.append(len(self._heard(self._stage.now())))
        self._muted = muted

    def _heard(self, now: float) -> str:
        return self._speaker.heard.heard(self._playout.heard_s(now))

    def _answered(self, now: float) -> str:
        """What the caller heard of the model's own words."""
        return self._speaker.heard.answered(self._playout.heard_s(now))

    # ── the caller wants the floor ───────────────────────────────────────────────────────────────────

    def pause(self, now: float) -> None:
        """Silence, for the moment: what is on the wire unheard is kept for later."""
        if self.reply:
            self._flush(self._playout.pause(now))

    def resume(self) -> None:
        """Go on where the caller stopped hearing. Nobody has waited in silence meanwhile."""
        self._playout.resume()
        self.quiet_until = max(self.quiet_until, self._stage.now())

    def hold(self, now: float) -> None:
        """Not a sound until `go_on`, whatever is answered meanwhile."""
        self.pause(now)
        self._on_hold = True

    def go_on(self) -> None:
        """The call is no longer on hold."""
        self._on_hold = False
        self.resume()

    def interrupt(self) -> None:
        """Stop the running reply, if any: local sound first, vendors second."""
        self.drop_guess()
        if self.reply is None:
            return
        self._silence()
        self._finish(interrupted=True)

    def take_back(self) -> Question | None:
        """The caller goes on before anything was heard or done: the reply never happened."""
        reply = self.reply
        if reply is None or reply.committed or reply.question is None or reply.question.turn is None:
            return None
        self.reply = None
        self._discard(reply)
        self._turn -= 1
        return reply.question

    def _silence(self) -> None:
        if self._playout.sent_slots and not self._playout.paused:
            self._flush(self._playout.rewind(self._stage.now()))

    def _flush(self, first_unheard: int) -> None:
        self._stage.recorder.take_back(first_unheard)
        self._stage.transport.flush()
        self.spoke_until = min(self.spoke_until, first_unheard * SLOT_S)

    # ── replies ──────────────────────────────────────────────────────────────────────────────────────

    def answer(self, question: Question, marks: Marks) -> None:
        """The caller asked: think, and speak."""
        self.interrupt()
        reply = self._new(marks, "model", since=self._stage.now())
        reply.question = question
        self._stage.asked()
        self._start(reply, self._mouth.thought(self.agent, reply, question.text))

    def answer_with(self, saying: Saying, question: Question, marks: Marks) -> None:
        """The caller spoke: say these words, whatever it was."""
        self.interrupt()
        reply = self._new(marks, saying.source, since=self._stage.now())
        reply.question, reply.interruptible = question, saying.interruptible
        self._start(reply, self._mouth.given(self.agent, saying, reply))

    def think(self, *, interruptible: bool = True) -> None:
        """Let the model speak without a question."""
        self.interrupt()
        now = self._stage.now()
        reply = self._new(Marks(turn_decided=now), "model", since=now)
        reply.interruptible = interruptible
        self._start(reply, self._mouth.thought(self.agent, reply))

    def first_message(self) -> Saying | None:
        """How the agent in office introduces itself; None if it does not."""
        spec = self.agent.spec
        if not spec.first_message:
            return None
        interruptible = spec.first_message_interruptible
        return Saying(spec.first_message, "first-message", interruptible=interruptible)

    def say(self, saying: Saying, *, interrupt: bool = False) -> None:
        """Speak given words: now if nobody speaks or `interrupt`, else after the running reply."""
        if self.reply and not interrupt:
            self._waiting.append(saying)
            return
        self.interrupt()
        self._recite(saying, self._stage.now())

    @property
    def busy(self) -> bool:
        """Whether something is being said, or waits to be."""
        return self.reply is not None or bool(self._waiting)

    def forget_waiting(self) -> None:
        """Nothing of what waits to be said is wanted any more."""
        self._waiting.clear()

    def end_after(self, reason: str) -> bool:
        """The call ends when all that is to be said has been heard; False when nothing is."""
        if self._waiting:
            self._waiting[-1] = replace(self._waiting[-1], end_reason=reason)
        elif self.reply:
            self.reply.end_reason = reason
        return self.busy

    def apologise(self, saying: Saying) -> None:
        """The running reply hangs: say this in its place. The caller has been waiting since its beginning."""
        since = self.reply.since if self.reply else self._stage.now()
        self.give_up()
        self._recite(saying, since)

    def give_up(self) -> None:
        """The running reply hangs: what was heard of it is all there will be."""
        if self.reply:
            self.reply.broken = True
        self.interrupt()

    def say_next(self) -> bool:
        """Begin what waits to be said; whether there was anything."""
        if not self._waiting:
            return False
        self._recite(self._waiting.popleft(), self._stage.now())
        return True

    def commit(self, reply: Reply) -> None:
        """Something was heard or done: the turn is part of the conversation now."""
        if reply.committed:
            return
        reply.committed = True
        if question := reply.question:
            self._asked(question)

    def _asked(self, question: Question) -> None:
        if question.text:
            self.agent.thinker.history.user(question.text)
            self._stage.minutes.message("user", question.text, question.began, question.ended)

    def understood(self, question: Question) -> None:
        """What the caller said, known only now that it is being answered, or was: a realtime model's words
        come late.
        """
        reply = self.reply
        if reply and reply.question and reply.question.turn is question.turn:
            reply.question = question
            if not reply.committed:
                return
        self._asked(question)

    # ── guesses ──────────────────────────────────────────────────────────────────────────────────────

    def suppose(self, text: str) -> None:
        """Begin an answer to words that are not final; nothing of it is heard before `keep`."""
        self.drop_guess()
        reply = self._new(Marks(), "model", since=0.0)
        reply.question = Question(text, 0.0, 0.0)
        reply.hold()
        self.guess = reply
        self._turn -= 1  # not a turn yet
        self._launch(reply, self._mouth.thought(self.agent, reply, text))
        self._playout.begin(held=True)

    def keep(self, question: Question, marks: Marks) -> None:
        """The guess was right: it is the reply to this question."""
        reply, self.guess = self.guess, None
        if reply is None:
            return
        self._turn += 1
        reply.question, reply.since = question, self._stage.now()
        reply.marks.asked(marks)
        self.reply = reply
        self._stage.changed()
        self._stage.asked()
        self._playout.release()
        reply.release()
        self.play(self._stage.now())
        if reply.generated:
            self._settle_books(reply)

    def drop_guess(self) -> None:
        """The guess was wrong, or nobody needs it any more."""
        if self.guess:
            reply, self.guess = self.guess, None
            self._discard(reply)

    def _model_heard(self, now: float) -> None:
        """A realtime model keeps its own record, in which only what was heard may stand."""
        if live := self.agent.live:
            live.over(self._speaker.heard.own_seconds(self._playout.heard_s(now)))

    def _discard(self, reply: Reply) -> None:
        reply.discarded = True
        self._model_heard(self._stage.now())
        self._playout.clear()
        self._cancel(reply)
        if reply.generated:
            self._settle_books(reply)

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────

    def _recite(self, saying: Saying, since: float) -> None:
        marks = Marks(turn_decided=since) if saying.thought else Marks()
        reply = self._new(marks, saying.source, since=since)
        reply.interruptible, reply.end_reason = saying.interruptible, saying.end_reason
        words = self._mouth.thought(self.agent, reply) if saying.thought else None
        self._start(reply, words or self._mouth.given(self.agent, saying, reply))

    def _new(self, marks: Marks, source: str, *, since: float) -> Reply:
        self._turn += 1
        self._replies += 1
        stage = self._stage
        return Reply(
            self._turn, marks, stage.now, stage.events, self, source, since=since,
            name=str(self._replies),
        )  # fmt: skip

    def _start(self, reply: Reply, speech: Speech) -> None:
        self.reply = reply
        self._stage.changed()
        self._launch(reply, speech)

    def _launch(self, reply: Reply, speech: Speech) -> None:
        self._speaker.begin()
        self._unheard = [0] if self._muted else []
        reply.task = asyncio.create_task(self._speak(reply, speech), name=f"reply-{reply.name}")
        reply.task.add_done_callback(lambda _: self._settle_books(reply))

    async def _speak(self, reply: Reply, speech: Speech) -> None:
        try:
            await speech()
        except ProviderError as error:
            self._broke(reply, error)
        except Exception:  # boundary: a bug in one reply must not leave the caller in silence
            self._stage.minutes.log.exception("reply_failed")
            self._broke(reply, ProviderError("server", "yingda", "An internal error."))

    def _broke(self, reply: Reply, error: ProviderError) -> None:
        self._playout.end()
        if reply is self.guess:
            self.drop_guess()
        elif reply is self.reply:
            self._stage.failed("llm" if reply.model_broke else "tts", error)

    def _finish(self, *, interrupted: bool) -> None:
        reply, now = self.reply, self._stage.now()
        if reply is None:
            return
        self.reply = None
        self._cancel(reply)
        heard, answered = self._heard(now), self._answered(now)
        if self._unheard:
            heard = answered = without(heard, self._unheard)
        self._playout.clear()
        self.commit(reply)
        self.agent.thinker.said(answered, interrupted=interrupted)
        self._model_heard(now)
        self._stage.changed()
        self._stage.minutes.reply_ended(reply, heard, now, interrupted=interrupted)
        self._stage.finished(reply, heard, interrupted)

    def _settle_books(self, reply: Reply) -> None:
        """Once, when it is known what a reply cost and whether it was real."""
        if reply.settled or (reply.held and not reply.discarded):
            return
        reply.settled = True
        self._stage.meter.reply(reply)

    def _cancel(self, reply: Reply) -> None:
        task = reply.task
        if task is None or task.done():
            return
        self._cancelled.add(task)
        task.add_done_callback(self._cancelled.discard)
        task.cancel()

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────

    def close(self) -> set["asyncio.Task[Any]"]:
        """No more speech; returns the tasks that are still ending."""
        self.drop_guess()
        self._waiting.clear()
        if self.reply:
            self._finish(interrupted=not self._playout.done(self._stage.now()))
        return {*self._cancelled, *self.asides.close()}
