"""Keys the caller presses, gathered into what they mean together. Pure."""

from math import inf

END_KEY = "#"
GATHER_S = 2.0  # after the last key
MOST = 64
KEYS = frozenset("0123456789*#ABCD")


class Keypad:
    """Digits until `#`, or until no more come."""

    def __init__(self) -> None:
        self._keys = ""
        self._due = inf

    def press(self, keys: str, now: float) -> None:
        """One or more keys."""
        self._keys = (self._keys + keys)[:MOST]
        done = END_KEY in keys or len(self._keys) == MOST
        self._due = now if done else now + GATHER_S

    def tick(self, now: float) -> str:
        """What was entered, once it is complete; "" until then. The closing `#` is left out."""
        if now < self._due:
            return ""
        keys, self._keys, self._due = self._keys, "", inf
        return keys.removesuffix(END_KEY) or keys
