"""Who has won which utterance in a race of recognisers? Pure.

An utterance ends with a Flush. Who answers every Flush is known by counting; a final of one who endpoints
itself is about the last Flush it has not answered, else about the utterance that is going on.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class _Lap:
    itself: bool
    answered: int  # utterances closed


class Laps:
    """Runners are numbers."""

    def __init__(self) -> None:
        self._flushes = 0
        self._runners: dict[int, _Lap] = {}
        self._winner: dict[int, int] = {}  # the newest utterance → who has won it
        self._won = -1
        self._voice: int | None = None  # whose partials are shown

    def start(self, runners: dict[int, bool]) -> None:
        """These run from now on; the value says whether one endpoints itself. Nothing won is won again."""
        answered = self._won + 1
        self._runners = {number: _Lap(itself, answered) for number, itself in runners.items()}

    def flushed(self) -> None:
        """The caller has stopped: the utterance is over."""
        self._flushes += 1

    def partial(self, runner: int) -> bool:
        """Whether this runner's partial is shown: one voice per utterance, none that is a lap behind."""
        lap = self._runners[runner]
        if self._about(lap) <= self._won and self._winner.get(self._won) != runner:
            return False
        if self._voice is None:
            self._voice = runner
        return self._voice == runner

    def final(self, runner: int, *, empty: bool) -> bool:
        """Whether this runner's final counts. An empty one counts when all have given one."""
        lap = self._runners[runner]
        utterance = self._about(lap)
        if lap.answered <= utterance < self._flushes:
            lap.answered = utterance + 1
        if utterance < self._won or (utterance == self._won and self._winner.get(utterance) != runner):
            return False
        if empty and not self._all_past(utterance):
            return False
        self._win(utterance, runner)
        return True

    def behind(self) -> list[int]:
        """Who owes the final of the last Flush."""
        return [n for n, lap in self._runners.items() if not lap.itself and lap.answered < self._flushes]

    def left(self, runner: int) -> bool:
        """A runner is gone; whether the utterance the others have nothing for is settled by that."""
        self._runners.pop(runner)
        if self._voice == runner:
            self._voice = None
        utterance = self._won + 1
        if utterance >= self._flushes or not self._all_past(utterance):
            return False
        self._win(utterance, next(iter(self._runners)))
        return True

    def _about(self, lap: _Lap) -> int:
        return min(lap.answered, self._flushes) if not lap.itself else max(lap.answered, self._flushes - 1)

    def _all_past(self, utterance: int) -> bool:
        return all(lap.answered > utterance for lap in self._runners.values())

    def _win(self, utterance: int, runner: int) -> None:
        self._won, self._winner, self._voice = utterance, {utterance: runner}, None
