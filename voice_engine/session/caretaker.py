"""Looks after the caller: nobody waits in silence, silent callers are asked, long calls warned."""

from collections.abc import Callable, Iterator
from itertools import cycle

from voice_engine.listen.idle import Idle, Nudge
from voice_engine.session import reasons
from voice_engine.session.floor import Floor, Saying
from voice_engine.session.liveness import Liveness, Step
from voice_engine.spec import AssistantSpec

APOLOGY = {
    "zh": "抱歉，我这边出了点问题，请您再说一遍。",
    "en": "Sorry, something went wrong on my side. Please say that again.",
}
NOT_HEARD = {
    "zh": "抱歉，我没听清，请您再说一遍。",
    "en": "Sorry, I didn't catch that. Could you say it again?",
}
FILLERS = {
    "zh": ("我查一下，请稍等。", "还在处理，请稍候。"),
    "en": ("Let me check.", "Still working on it."),
}
PROMPTS = {"zh": ("您还在吗？",), "en": ("Are you still there?",)}
WARNING = {"zh": "本次通话还剩{seconds}秒。", "en": "This call ends in {seconds} seconds."}
WARN_FROM_S = 90.0  # calls that are to be shorter end without a warning


class Caretaker:
    """Asked every 20 ms; acts on the floor, or ends the call with a reason."""

    def __init__(self, spec: AssistantSpec, floor: Floor, end: Callable[[str], None]) -> None:
        self._spec, self._floor, self._end = spec, floor, end
        self._liveness = Liveness(spec.liveness)
        self.idle = Idle(spec.idle, spec.silence_timeout_s)
        self._fillers, self._prompts = self._phrases()
        self._warn_at = spec.max_duration_s - spec.max_duration_warning_s
        self._warned = not spec.max_duration_warning_s or self._warn_at < WARN_FROM_S

    def _phrases(self) -> tuple[Iterator[str], Iterator[str]]:
        language = self._floor.agent.language
        return cycle(FILLERS[language]), cycle(self._spec.idle.messages or PROMPTS[language])

    def tick(self, now: float, *, patient: bool) -> None:
        """`patient`: the caller asked for time, or the call is on hold; then silence is not minded."""
        self._mind_the_agent(now)
        if now >= self._spec.max_duration_s:
            self._end(reasons.MAX_DURATION)
        elif not self._warned and now >= self._warn_at:
            self._warn()
        if patient or self._floor.reply:
            if patient or self._floor.speaks_for_itself:
                self.idle.somebody_spoke(now)
        else:
            self._mind_the_caller(now)

    def _mind_the_agent(self, now: float) -> None:
        quiet_since = self._floor.quiet_since(now)
        if quiet_since is None:
            return
        floor = self._floor
        match self._liveness.tick(now, quiet_since, asked_at=floor.asked_at, acting=floor.acting):
            case Step.FILLER:
                self._floor.interject(next(self._fillers))
            case Step.APOLOGY:
                self.apologise()
            case Step.GIVE_UP:
                self._end(self._floor.suspect())

    def ask_again(self) -> None:
        """Somebody spoke and nothing was understood."""
        if self._floor.reply is None:
            self._floor.say(Saying(NOT_HEARD[self._floor.agent.language], "not-heard"))

    def apologise(self) -> None:
        """The running reply will not come: say so instead."""
        self._floor.apologise(Saying(APOLOGY[self._floor.agent.language], source="apology"))

    def _mind_the_caller(self, now: float) -> None:
        match self.idle.tick(now):
            case Nudge.END:
                self._leave()
            case Nudge.PROMPT:
                self._floor.say(Saying(next(self._prompts), source="idle-prompt"))

    def _leave(self) -> None:
        farewell = self._spec.idle.farewell
        if farewell:
            self._floor.say(Saying(farewell, "idle-prompt", end_reason=reasons.SILENCE, interruptible=False))
        else:
            self._end(reasons.SILENCE)

    def _warn(self) -> None:
        self._warned = True
        seconds = f"{self._spec.max_duration_warning_s:g}"
        sentence = WARNING[self._floor.agent.language].format(seconds=seconds)
        self._floor.say(Saying(sentence, source="duration-warning"))
