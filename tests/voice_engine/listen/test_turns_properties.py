"""Whatever a caller and a recogniser do: no word is lost or doubled, and nobody is cut off in mid-word."""

from dataclasses import dataclass, field
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from voice_engine.listen.patience import FinalDelay
from voice_engine.listen.turns import TurnEnded, TurnTaker
from voice_engine.spec import TurnPlan

TICK = 0.02
SURE, BREATH, SILENCE = 0.16, 0.16, 0.24  # how late our ear hears a start, a pause, a stop
HEARD = 0.6  # seconds from the turn's end to the agent's first sound
GLYPHS = [chr(0x4E00 + 37 * n) for n in range(500)]  # all different, so that words can be counted


@dataclass(frozen=True)
class Stretch:
    """One stretch of sound: after `gap` s of silence, `lasts` s, `words` characters; how late each partial
    and the final are; a quick final comes `twice`."""

    gap: float
    lasts: float
    words: int
    lag: float
    late: float
    twice: bool


STRETCHES = st.lists(
    st.builds(
        Stretch,
        gap=st.floats(0.3, 5.0),
        lasts=st.floats(0.3, 2.0),
        words=st.integers(1, 8),
        lag=st.floats(0.0, 0.6),
        late=st.floats(0.0, 3.0),
        twice=st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@dataclass
class Played:
    """What came of a script: the turns that stand, and what was observed on the way."""

    spoken: str = ""
    turns: list[TurnEnded] = field(default_factory=list)
    decided: list[float] = field(default_factory=list)
    cut_off: list[TurnEnded] = field(default_factory=list)
    guesses: list[str] = field(default_factory=list)
    early: list[tuple[float, float]] = field(default_factory=list)


def facts(script: list[Stretch]) -> tuple[list[tuple], str]:
    """(time, kind, argument) in order, and all words."""
    facts: list[tuple] = []
    at, words_after, spoken = 1.0, 0.0, ""
    for stretch in script:
        begin, end = at + stretch.gap, at + stretch.gap + stretch.lasts
        words = "".join(GLYPHS[len(spoken) : len(spoken) + stretch.words])
        spoken += words
        facts += [(begin + SURE, "start", begin), (end + BREATH, "pause", end), (end + SILENCE, "stop", end)]
        for count in range(1, stretch.words):
            heard = begin + stretch.lasts * count / stretch.words + stretch.lag
            words_after = max(words_after + 0.001, heard)
            facts.append((words_after, "partial", words[:count]))
        words_after = max(words_after + 0.001, end + stretch.late)
        facts.append((words_after, "final", words))
        if stretch.twice and words_after < end + 0.2:  # later, it could be the next stretch's
            words_after += 0.05
            facts.append((words_after, "echo", words))
        at = end
    return sorted(facts, key=lambda fact: fact[0]), spoken


def play(script: list[Stretch], plan: TurnPlan) -> Played:
    """As a session plays it: words before the agent is heard reopen the turn."""
    todo, spoken = facts(script)
    turns, played = TurnTaker(plan, FinalDelay()), Played(spoken)
    now, speaking = 0.0, False
    until = todo[-1][0] + 40.0
    while now < until:
        while todo and todo[0][0] <= now:
            at, kind, what = todo.pop(0)
            match kind:
                case "start":
                    turns.speech_started(what)
                    speaking = True
                case "pause":
                    turns.speech_paused(what)
                case "stop":
                    turns.speech_stopped(what)
                    speaking = False
                case _:
                    turns.words(what, final=kind != "partial", now=at)
                    if turns.text and played.turns and now - played.decided[-1] < HEARD:
                        turns.reopen(played.turns.pop())
                        played.decided.pop()
        if (guess := turns.guess(now)) is not None:
            played.guesses.append(guess)
        due = turns.due
        if ended := turns.tick(now):
            played.turns.append(ended)
            played.decided.append(now)
            played.early.append((due, now))
            if speaking:
                played.cut_off.append(ended)
        now += TICK
    return played


PLANS = st.sampled_from([TurnPlan(), TurnPlan(smart=False), TurnPlan(wait_s=0.5), TurnPlan(unfinished_s=0.3)])


@settings(max_examples=120, deadline=None)
@given(STRETCHES, PLANS)
def test_no_word_is_lost_or_doubled(script: list[Stretch], plan: TurnPlan):
    played = play(script, plan)

    assert "".join(ended.text for ended in played.turns) == played.spoken


@settings(max_examples=60, deadline=None)
@given(STRETCHES, PLANS)
def test_no_turn_ends_while_the_caller_speaks(script: list[Stretch], plan: TurnPlan):
    assert play(script, plan).cut_off == []


@settings(max_examples=60, deadline=None)
@given(STRETCHES, PLANS)
def test_time_only_goes_forward(script: list[Stretch], plan: TurnPlan):
    played = play(script, plan)

    for ended, decided in zip(played.turns, played.decided, strict=True):
        assert ended.speech_started <= ended.speech_ended <= ended.pause_over <= decided + 1e-9
        assert ended.pause_over - ended.speech_ended >= plan.wait_s - 1e-9
    assert all(due <= now for due, now in played.early)
    assert all(a < b for a, b in pairwise(played.decided))
    assert all(a.speech_ended <= b.speech_ended for a, b in pairwise(played.turns))


@settings(max_examples=60, deadline=None)
@given(STRETCHES)
def test_no_text_is_guessed_twice_in_a_row(script: list[Stretch]):
    guesses = play(script, TurnPlan()).guesses

    assert all(a != b for a, b in pairwise(guesses))


@settings(max_examples=40, deadline=None)
@given(STRETCHES)
def test_while_nothing_happens_the_decision_stays_where_it_is(script: list[Stretch]):
    todo, _ = facts(script)
    turns = TurnTaker(TurnPlan())
    for at, kind, what in todo:
        if kind in ("start", "stop", "pause"):
            {"start": turns.speech_started, "stop": turns.speech_stopped, "pause": turns.speech_paused}[kind](
                what
            )
        else:
            turns.words(what, final=kind != "partial", now=at)
        due = turns.due
        for step in range(5):
            turns.guess(at + step * TICK)
            assert turns.due == due
