"""May the caller stop the agent? Pause first, then decide: commit the interruption or resume. Pure.

Words are judged when they come; a tick compares numbers.
"""

from enum import Enum
from math import inf

from voice_engine.audio.level import powers
from voice_engine.listen.echo import ECHO_LATEST_S, STEP_S, SoundReturn, SpokenWords
from voice_engine.listen.lexicon import speech_units
from voice_engine.listen.phrases import acknowledging, interrupting
from voice_engine.spec import TurnPlan

COMMIT_UNITS = 3  # characters (Chinese) or words (Latin) that are not a backchannel
OWN_VOICE_S = 0.3  # of voice unlike the agent's: it is the caller's, though he says a word the agent said
ECHO_UNITS = 4  # so many words of the agent's in a row nobody says by chance
FRESH_S = 0.04  # voice heard so lately goes on: frames and the detector's windows are that late
ECHO_CHECK_S = 0.06  # how often sound that would pause or stop the agent is compared with his own


class Verdict(Enum):
    """What to do with the agent's voice now."""

    PAUSE = "pause"
    COMMIT = "commit"
    RESUME = "resume"


class Interruption:
    """The caller against the agent. Tell it everything, whoever has the floor; ask it (`tick`) only while an
    interruptible reply is heard.
    """

    def __init__(self, plan: TurnPlan) -> None:
        self.follow(plan)
        self._said, self._sound = SpokenWords(), SoundReturn()
        self._sounding = False
        self._own_voice = self._echoed = False  # in this stretch of the caller's sound
        self.quiet_until = 0.0  # after an interruption the agent stays silent until then
        self.reset()

    def follow(self, plan: TurnPlan) -> None:
        """Another assistant is in office: its plan counts from now on; what the line is like stays known."""
        self._plan = plan
        self._acknowledges = acknowledging(plan.acknowledgements)
        self._demands = interrupting(plan.interrupt_phrases)

    def reset(self) -> None:
        """Another reply has the floor, or none. Speech under way counts from the next tick on."""
        self._since: float | None = None
        self._until: float | None = None
        self._text = ""  # what was said to another reply decides nothing about this one
        self._paused = False
        self._decided = self._pressed = False
        self._futile = False  # by words: a listener's noise, or our own echo
        self._echo = False  # by loudness; voice counts from when it was last seen
        self._checked = 0.0

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────

    def speech_started(self, at: float) -> None:
        """The caller's sound begins."""
        if self._since is None:
            self._since = at
        self._sounding, self._until = True, None
        self._own_voice = self._echoed = False

    def speech_stopped(self, at: float) -> None:
        """The caller's sound ended at `at`."""
        self._sounding, self._until = False, at

    def words(self, text: str) -> None:
        """What the recogniser makes of the caller's turn so far."""
        self._text = text
        own = self._without_echo(text)
        self._futile = bool(text.strip()) and (not own or self._acknowledges(own))
        self._decided = not self._futile and self._suffices(own, self._plan.interrupt_words or COMMIT_UNITS)

    def agent_said(self, text: str) -> None:
        """The agent's next words, at the latest when they sound."""
        self._said.say(text)

    def agent_sound(self, at: float, pcm: bytes) -> None:
        """What is put on the wire to be heard for 20 ms from `at` on: PCM16."""
        if self._plan.echo_guard:
            (power,) = powers(pcm, len(pcm) // 2)
            self._sound.agent(at + STEP_S / 2, power)

    def caller_level(self, at: float, power: float) -> None:
        """How loud the caller is in the 20 ms around `at`: mean square, 0…1."""
        if self._plan.echo_guard:
            self._sound.caller(at, power)

    def digit(self) -> None:
        """The caller pressed a key: that is meant."""
        self._pressed = self._plan.interrupt_by != "off"

    # ── what follows ─────────────────────────────────────────────────────────────────────────────────

    def overrules(self, text: str) -> bool:
        """Whether a whole turn that was said while the agent spoke takes the floor from it."""
        own = self._without_echo(text)
        return not self._acknowledges(own) and self._suffices(own, self._plan.interrupt_words or 1)

    def is_echo(self, text: str, ended: float) -> bool:
        """Whether a turn whose voice ended at `ended` is the agent's own, come back by the line: by its
        words, or by its sound where nobody understood any.
        """
        if not self._plan.echo_guard or ended > self._sound.agent_until + ECHO_LATEST_S:
            return False
        if text.strip():
            return not self._without_echo(text)
        return self._echoed or self._sound.follows()

    @property
    def due(self) -> float:
        """When sound that goes on will have lasted long enough for a pause."""
        if self._since is None or self._paused or self._until is not None:
            return inf
        return self._since + self._plan.interrupt_voice_s

    def tick(self, now: float, voiced_until: float | None = None) -> Verdict | None:
        """A verdict, when there is a new one. Voice counts until `voiced_until`: silence is noticed late."""
        if self._decided or self._pressed:
            return self._commit(now)
        if self._since is None:
            if self._sounding:
                self._since = now
            return None
        if self._until is None:
            until = now if voiced_until is None or now - voiced_until < FRESH_S else voiced_until
            return self._judge_sound(now, until - self._since)
        if now - self._until < (0.0 if self._futile or self._echo else self._plan.resume_after_s):
            return None
        was_paused = self._paused
        self.reset()
        return Verdict.RESUME if was_paused else None

    def _judge_sound(self, now: float, lasted: float) -> Verdict | None:
        plan = self._plan
        if plan.interrupt_by != "voice" or lasted < plan.interrupt_voice_s:
            return None
        if self._sounds_like_echo(now):
            self._since, self._echoed = now, True
            return None
        if lasted >= OWN_VOICE_S and not self._own_voice:
            self._own_voice = True
            self.words(self._text)
        if not self._paused:
            self._paused = True
            return Verdict.PAUSE
        if lasted >= plan.interrupt_commit_s and not self._futile and not plan.interrupt_words:
            return self._commit(now)
        return None

    def _suffices(self, own: str, units: int) -> bool:
        mode = self._plan.interrupt_by
        if mode == "off":
            return False
        return self._demands(own) or (mode == "voice" and speech_units(own) >= units)

    def _commit(self, now: float) -> Verdict:
        self.quiet_until = now + self._plan.backoff_s
        self.reset()
        return Verdict.COMMIT

    def _sounds_like_echo(self, now: float) -> bool:
        if self._plan.echo_guard and now - self._checked >= ECHO_CHECK_S:
            self._checked = now
            self._echo = not self._sound.clean and self._sound.follows()
        return self._echo

    def _without_echo(self, text: str) -> str:
        if not self._plan.echo_guard or self._sound.clean:
            return text
        if self._own_voice and speech_units(text) < ECHO_UNITS:
            return text
        return self._said.novel(text)
