"""How much silence ends this turn: by rule, by what was asked, by the words, by the caller's pauses. Pure."""

from collections import deque
from dataclasses import dataclass
from typing import Literal

from voice_engine.kernel.patterns import Pattern, TooSlow
from voice_engine.listen.dictation import Expected, Progress, expected, progress
from voice_engine.listen.lexicon import classify, speech_units
from voice_engine.listen.questions import asks_for_a_fact, is_short
from voice_engine.spec import EndpointingRule, TurnPlan

Why = Literal["finished", "undecided", "unfinished", "dictation", "wait", "rule", "lost"]

GUESS_CHARACTERS, GUESS_WORDS = 4, 2  # least to begin a reply on when the words leave the turn open


@dataclass(frozen=True, slots=True)
class Judgement:
    """`pause` seconds of silence end the turn because the words are `why`. `whole`: they may be all of it."""

    why: Why
    pause: float
    whole: bool


class Patience:
    """What one caller's words are worth in seconds."""

    def __init__(self, plan: TurnPlan) -> None:
        self._plan = plan
        self._rules = [_Rule(rule) for rule in plan.rules]
        self._expected: Expected | None = None
        self._asked_for_a_fact = False
        self._pauses = Pauses(plan)

    def expect(self, asked: str) -> None:
        """The assistant said this last."""
        for rule in self._rules:
            rule.hear(asked)
        self._expected = expected(asked) if self._plan.smart else None
        self._asked_for_a_fact = asks_for_a_fact(asked)

    def paused(self, seconds: float) -> None:
        """The caller went on after so much silence."""
        self._pauses.saw(seconds)

    def judge(self, text: str) -> Judgement:
        """For the words of a turn so far; costs some 0.1 ms, so not for every tick."""
        for rule in self._rules:
            if rule.matches(text):
                return self._least(
                    Judgement("rule", rule.timeout_s, rule.timeout_s <= self._plan.undecided_s)
                )
        return self._least(self._by_the_words(text) if self._plan.smart else self._by_the_ending(text))

    def guessable(self, judged: Judgement, text: str) -> bool:
        """Whether a reply may begin on these words before the turn is decided."""
        if not judged.whole or judged.why != "undecided":
            return judged.whole
        return speech_units(text) >= (GUESS_WORDS if text.isascii() else GUESS_CHARACTERS)

    def _least(self, judged: Judgement) -> Judgement:
        if judged.pause >= self._plan.wait_s:
            return judged
        return Judgement(judged.why, self._plan.wait_s, judged.whole)

    def _by_the_words(self, text: str) -> Judgement:
        plan = self._plan
        if self._expected and (how_far := progress(self._expected, text)):
            return Judgement("dictation", self._dictation(how_far), how_far != "incomplete")
        match classify(text):
            case "finished":
                return Judgement("finished", plan.finished_s, True)
            case "unfinished":
                return Judgement("unfinished", self._pauses.stretched(plan.unfinished_s), False)
            case "wait":
                return Judgement("wait", plan.hold_s, False)
            case _:
                return Judgement("undecided", self._undecided(text), True)

    def _undecided(self, text: str) -> float:
        """A bare name or number is nearly certainly all when one was asked for."""
        seconds = self._pauses.stretched(self._plan.undecided_s)
        answered = self._asked_for_a_fact and is_short(speech_units(text))
        return min(seconds, (seconds + self._plan.finished_s) / 2) if answered else seconds

    def _dictation(self, how_far: Progress) -> float:
        plan = self._plan
        if how_far == "complete":
            return plan.finished_s
        # Nobody knows how long a name or an order number is; groups are further apart than sentences.
        return plan.dictation_s if how_far == "incomplete" else min(plan.unfinished_s, plan.undecided_s * 1.5)

    def _by_the_ending(self, text: str) -> Judgement:
        plan, said = self._plan, text.rstrip()
        bare = said.rstrip(_PUNCTUATION)
        if bare[-1:].isdecimal():
            return Judgement("undecided", plan.on_number_s, True)
        if len(bare) < len(said):
            return Judgement("finished", plan.on_punctuation_s, True)
        return Judgement("undecided", plan.on_no_punctuation_s, True)


_PUNCTUATION = "。！？.!?；;…"


class _Rule:
    """One endpointing rule. A pattern that is too slow once is not asked again in this call."""

    WITHIN_S = 0.005

    def __init__(self, rule: EndpointingRule) -> None:
        self.timeout_s = rule.timeout_s
        self._assistant = _pattern(rule.assistant, rule.assistant_options)
        self._customer = _pattern(rule.customer, rule.customer_options)
        self._heard = self._assistant is None

    def hear(self, asked: str) -> None:
        self._heard = self._assistant is None or self._found(self._assistant, asked)

    def matches(self, text: str) -> bool:
        return self._heard and (self._customer is None or self._found(self._customer, text))

    def _found(self, pattern: Pattern, text: str) -> bool:
        try:
            return pattern.found_in(text, self.WITHIN_S)
        except TooSlow:
            self._assistant, self._customer, self._heard = _NEVER, _NEVER, False
            return False


_NEVER = Pattern(r"(?!)")


def _pattern(raw: str, options: tuple[str, ...]) -> Pattern | None:
    if not raw:
        return None
    return Pattern(
        raw,
        ignore_case="ignore-case" in options,
        whole_word="whole-word" in options,
        multi_line="multi-line" in options,
    )


class Pauses:
    """This caller's pauses in mid-turn, as an exponential average, against those of most people."""

    TYPICAL_S = 0.45  # what the plan's numbers are made for
    KEEP = 0.9  # of the average when a new pause is seen
    LEAST, MOST = 0.8, 1.5  # bounds of the stretching
    LONGEST_S = 3.0  # longer ones are no pauses in speech

    def __init__(self, plan: TurnPlan) -> None:
        self._learns = plan.learn_pauses
        self._average = self.TYPICAL_S

    def saw(self, seconds: float) -> None:
        if self._learns and 0 < seconds <= self.LONGEST_S:
            self._average = self.KEEP * self._average + (1 - self.KEEP) * seconds

    def stretched(self, seconds: float) -> float:
        """A pause of the plan, for this caller."""
        return seconds * min(self.MOST, max(self.LEAST, self._average / self.TYPICAL_S))


class FinalDelay:
    """How late a recogniser's finals are, in seconds after the voice ended. One per call, or one for all
    calls of a recogniser."""

    START_S, LEAST_S, MOST_S = 1.05, 0.4, 2.5
    MARGIN_S = 0.15
    ENOUGH = 5  # delays seen before they count

    def __init__(self) -> None:
        self._seen: deque[float] = deque(maxlen=60)
        self.budget_s = self.START_S

    def saw(self, seconds: float) -> None:
        """A final came so long after the voice."""
        self._seen.append(max(0.0, seconds))
        if len(self._seen) >= self.ENOUGH:
            late = sorted(self._seen)[int(len(self._seen) * 0.97)]
            self.budget_s = min(self.MOST_S, max(self.LEAST_S, late + self.MARGIN_S))
