"""Keys the caller presses, gathered into what they mean together. Pure."""

from math import inf

from voice_engine.spec import KeypadPlan

MOST = 64
KEYS = frozenset("0123456789*#ABCD")


class Keypad:
    """Digits until a delimiter, or until no more come."""

    def __init__(self, plan: KeypadPlan | None = None) -> None:
        self._keys = ""
        self._due = inf
        self.follow(plan or KeypadPlan())

    def follow(self, plan: KeypadPlan) -> None:
        """This plan counts from the next key on."""
        self._plan = plan
        self._ends = frozenset(key for key in plan.delimiters if key)

    def press(self, keys: str, now: float) -> None:
        """One or more keys."""
        if not self._plan.enabled:
            return
        self._keys = (self._keys + keys)[:MOST]
        done = not self._ends.isdisjoint(keys) or len(self._keys) == MOST
        self._due = now if done else now + self._patience_s

    @property
    def _patience_s(self) -> float:
        """Without a time there is nothing but the delimiter to wait for."""
        return inf if self._ends and not self._plan.timeout_s else self._plan.timeout_s

    def tick(self, now: float) -> str:
        """What was entered, once it is complete; "" until then. The closing delimiter is left out."""
        if now < self._due:
            return ""
        keys, self._keys, self._due = self._keys, "", inf
        return keys[:-1] if len(keys) > 1 and keys[-1] in self._ends else keys
