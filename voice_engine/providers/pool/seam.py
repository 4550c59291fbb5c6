"""Two halves of one answer, from two models, sewn so that no word is said twice. Pure.

`WholeWords` keeps the beginning of a Latin word or number back until it is whole, so that what was delivered
always ends where a word ends. `Seam` takes what the second model says and lets through what is new: it may
go on where the first stopped, repeat its last words, or start over, with other punctuation.
"""

_CJK = ("\u2e80", "\u9fff")
_INSIDE = ("'", "’")
SAME_CHARS = 2  # fewer repeated Chinese characters may be meant: 谢谢, 看看
SAME_START = 8  # letters; an answer begun in the same words and then put differently was started over
REMEMBERED = 4000  # letters of what was delivered


def _latin(char: str) -> bool:
    """Whether words are made of several of these."""
    if not char.isalnum():
        return char in _INSIDE
    return not (_CJK[0] <= char <= _CJK[1] or "\uac00" <= char <= "\ud7af")


class WholeWords:
    """Text in, the same text out, cut between words."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = ""

    def feed(self, text: str) -> str:
        """What can be delivered now."""
        if not self._held and text and not _latin(text[-1]):
            return text
        whole = self._held + text
        end = len(whole)
        while end and _latin(whole[end - 1]):
            end -= 1
        self._held = whole[end:]
        return whole[:end]

    def end(self) -> str:
        """The last word: nothing follows."""
        held, self._held = self._held, ""
        return held


class _Letters:
    """The letters of a text that grows, folded, each with its place in the text."""

    __slots__ = ("places", "text", "word")

    def __init__(self) -> None:
        self.text: list[str] = []
        self.places: list[int] = []
        self.word: list[bool] = []  # whether a word begins here

    def add(self, text: str, offset: int, before: str) -> None:
        """More text; `before` is the character in front of it, if any."""
        for place, char in enumerate(text, offset):
            if char.isalnum():
                for letter in char.casefold():
                    self.text.append(letter)
                    self.places.append(place)
                    self.word.append(not (_latin(char) and before and _latin(before)))
                    before = char
            before = char


class Seam:
    """Where a second answer goes on from `delivered`, which ends with a whole word."""

    def __init__(self, delivered: str) -> None:
        self._delivered = delivered
        old = _Letters()
        old.add(delivered[-REMEMBERED:], 0, "")
        self._old = old
        self._new = _Letters()
        self._raw = ""
        self._open = not old.text  # everything passes
        self._rest: str | None = None  # what is new, until a letter of it is there
        self._starts: list[int] | None = None
        self._matched = self._agreed = 0

    def feed(self, text: str) -> str:
        """What of the second answer can be delivered now."""
        if self._open:
            return text
        if self._rest is not None:
            self._rest += text
            return self._join()
        before = self._raw[-1:]
        self._new.add(text, len(self._raw), before)
        self._raw += text
        if self._undecided(at_end=False):
            return ""
        return self._let_go()

    def end(self) -> str:
        """The rest: nothing follows."""
        if self._open:
            return ""
        if self._rest is None:
            self._undecided(at_end=True)
            self._let_go()
        self._open = True
        return self._joined(self._rest or "")

    def _undecided(self, *, at_end: bool) -> bool:
        """Follow every place of the first answer at which the second may have begun again."""
        new, old = self._new.text, self._old.text
        if not new:
            return not at_end
        if self._starts is None:
            self._starts = [i for i in range(len(old)) if self._may_start(i)]
        going: list[int] = []
        waits = False
        for start in self._starts:
            reach = min(len(old) - start, len(new))
            if old[start : start + reach] != new[:reach]:
                if start == 0:
                    self._agreed = self._common(new, old)
                continue
            going.append(start)
            if reach < len(old) - start:
                waits = True
            elif len(new) == reach and not at_end and _latin(self._raw[-1]):
                waits = True  # the word may go on: "the" and "theatre"
            elif self._counts(start, reach):
                self._matched = max(self._matched, reach)
        self._starts = going
        return waits and not at_end

    def _may_start(self, at: int) -> bool:
        old = self._old
        if not old.word[at] or old.text[at] != self._new.text[0]:
            return False
        # 138 8888: digits that follow digits are one number, whatever stands between them.
        return not (at and old.text[at].isdigit() and old.text[at - 1].isdigit())

    def _counts(self, start: int, length: int) -> bool:
        """Whether agreeing letters mean that words were repeated."""
        if len(self._new.word) > length and not self._new.word[length]:
            return False
        whole = start == 0
        return whole or length >= SAME_CHARS or _latin(self._new.text[0])

    def _common(self, new: list[str], old: list[str]) -> int:
        """How many letters an answer shares with the first one's beginning, whole words only."""
        count = next((i for i, (a, b) in enumerate(zip(new, old, strict=False)) if a != b), 0)
        while count and count < len(new) and not self._new.word[count]:
            count -= 1
        return count

    def _let_go(self) -> str:
        skip = self._matched
        if not skip and self._agreed >= max(SAME_START, len(self._old.text) / 2):
            skip = self._agreed
        self._rest = self._raw[self._new.places[skip - 1] + 1 :] if skip else self._raw
        return self._join()

    def _join(self) -> str:
        rest = self._rest or ""
        if not any(map(str.isalnum, rest)):
            return ""  # a mark: it depends on what follows
        self._open = True
        return self._joined(rest)

    def _joined(self, rest: str) -> str:
        """Without a second mark at the seam, with a blank where two words would touch."""
        before = self._delivered
        last = before.rstrip()[-1:]
        if last and not last.isalnum():
            start = next((i for i, char in enumerate(rest) if char.isalnum()), len(rest))
            opening = rest[:start].lstrip()
            rest = ("" if _closing(opening) else opening) + rest[start:]
        if before[-1:].isspace():
            return rest.lstrip()
        number = rest[:1].isdigit() and before[-1:] in ".," and before[-2:-1].isdigit()
        touching = rest[:1] and _latin(rest[0]) and before[-1:].isascii() and not number
        return f" {rest}" if touching else rest


def _closing(marks: str) -> bool:
    """Whether these marks end something (，。!) rather than open it (“（-)."""
    return all(mark in "，。！？；：、,.!?;:… 　\n" for mark in marks)
