"""Replies that begin before the turn is decided, on what the caller will probably have said."""

from voice_engine.listen.same import same_enough
from voice_engine.session.floor import Floor
from voice_engine.session.speculation import Odds

MAX_GUESSES = 3  # per turn


class Guesser:
    """Begins replies before the turn is decided, and finds out whether they may stay."""

    def __init__(self, floor: Floor, odds: Odds, org_id: str) -> None:
        self._floor, self._odds, self._org_id = floor, odds, org_id
        self._guesses = 0  # in this turn

    def consider(self, text: str) -> None:
        """The turn may well end with these words."""
        if self._floor.guess:
            if self._fits(text):
                return
            self._odds.learn(self._org_id, kept=False)
            self._floor.drop_guess()
        if self._guesses < MAX_GUESSES and self._odds.worth_it(self._org_id):
            self._guesses += 1
            self._floor.suppose(text)

    def redeem(self, text: str) -> bool:
        """The turn ended with these words: whether the guess, if any, is a reply to them."""
        self._guesses = 0
        if self._floor.guess is None:
            return False
        kept = self._fits(text)
        self._odds.learn(self._org_id, kept=kept)
        return kept

    def _fits(self, text: str) -> bool:
        guess = self._floor.guess
        return guess is not None and guess.question is not None and same_enough(guess.question.text, text)
