"""Looks after the caller: nobody waits in silence, silent callers are asked, long calls warned."""

from collections.abc import Callable

from voice_engine.kernel.errors import ProviderError
from voice_engine.listen.idle import Idle, Nudge
from voice_engine.session import reasons
from voice_engine.session.floor import Floor
from voice_engine.session.hooks import MODEL_LATE, Hooks
from voice_engine.session.liveness import Liveness, Step
from voice_engine.session.reply import Reply
from voice_engine.session.stage import Saying
from voice_engine.speak.phrases import Phrases, ending_soon, gone
from voice_engine.spec import AssistantSpec

WARN_FROM_S = 90.0  # calls that are to be shorter end without a warning


class Caretaker:
    """Asked every 20 ms; acts on the floor, or ends the call with a reason."""

    def __init__(self, spec: AssistantSpec, floor: Floor, hooks: Hooks, end: Callable[[str], None]) -> None:
        self._spec, self._floor, self._end = spec, floor, end
        self.hooks = hooks
        self._liveness = Liveness(spec.liveness)
        self.idle = Idle(spec.idle, spec.silence_timeout_s)
        self.phrases = self._phrases()
        self._warn_at = spec.max_duration_s - spec.max_duration_warning_s
        self._warned = not spec.max_duration_warning_s or self._warn_at < WARN_FROM_S

    def _phrases(self) -> Phrases:
        spec = self._spec
        return Phrases(spec.speaks, spec.fillers, spec.idle.messages)

    def become(self, spec: AssistantSpec) -> None:
        """Another assistant is in office; what is left of the call's time stays."""
        self._spec = spec
        self._liveness = Liveness(spec.liveness)
        self.phrases = self._phrases()
        self.hooks.follow(spec.hooks)

    def tick(self, now: float, *, patient: bool) -> None:
        """`patient`: the caller asked for time, or the call is on hold; then silence is not minded."""
        self._mind_the_agent(now)
        if now >= self._spec.max_duration_s:
            self._end(reasons.MAX_DURATION)
        elif not self._warned and now >= self._warn_at:
            self._warn()
        reply = self._floor.reply
        if patient or (reply and not reply.is_reminder):
            self.idle.somebody_spoke(now)
        elif reply is None:
            self._mind_the_caller(now)
        self.hooks.tick(now, self.idle.since, self.idle.caller_at, patient=patient)

    def _mind_the_agent(self, now: float) -> None:
        reply, quiet_since = self._floor.reply, self._floor.quiet_since(now)
        if reply is None or quiet_since is None:
            return
        step = self._liveness.tick(
            now, quiet_since, asked_at=reply.asked_at, acting=reply.acting, excused=reply.excused
        )
        match step:
            case Step.FILLER:
                self._fill()
            case Step.APOLOGY:
                self.apologise()
            case Step.GIVE_UP:
                self._end(self._suspect(reply))

    def _suspect(self, reply: Reply) -> str:
        """Why the call must end when nothing sounds: the reason that names who probably hangs."""
        thinking = reply.asked_at is not None
        kind, named = ("llm", self._spec.model) if thinking else ("tts", self._spec.voice)
        return reasons.provider_failed(
            kind, ProviderError("timeout", named.provider, "Nothing came in time.")
        )

    def _fill(self) -> None:
        first = self._liveness.fillers == 1
        filler = self.phrases.filler() if first else self.phrases.still_working()
        if filler:
            self._floor.asides.interject(filler)

    def ask_again(self) -> None:
        """Somebody spoke and nothing was understood."""
        if self._floor.reply is None:
            self._floor.say(Saying(self.phrases.not_understood(), "not-understood"))

    def apologise(self) -> None:
        """The running reply will not come: say so instead, unless a hook does."""
        reply = self._floor.reply
        if reply and reply.asked_at is not None and self.hooks.moment(MODEL_LATE):
            self._floor.give_up()
        else:
            self._floor.apologise(Saying(self.phrases.apology, source="apology"))

    def leave_with_apology(self, reason: str) -> None:
        """Nobody is there any more who could answer: say so, and end."""
        farewell = Saying(gone(self._spec.speaks), "apology", end_reason=reason, interruptible=False)
        self._floor.apologise(farewell)

    def _mind_the_caller(self, now: float) -> None:
        match self.idle.tick(now):
            case Nudge.END:
                self._leave()
            case Nudge.PROMPT:
                self._floor.say(Saying(self.phrases.still_there(), source="idle-prompt"))

    def _leave(self) -> None:
        farewell = self._spec.idle.farewell
        if farewell:
            self._floor.say(Saying(farewell, "idle-prompt", end_reason=reasons.SILENCE, interruptible=False))
        else:
            self._end(reasons.SILENCE)

    def _warn(self) -> None:
        self._warned = True
        sentence = ending_soon(self._spec.speaks, self._spec.max_duration_warning_s)
        self._floor.say(Saying(sentence, source="duration-warning"))
