"""Cuts a stream of text into clauses that can be spoken at once: early first, then sentence by sentence.

Every decision depends on the text alone, never on how it was chunked: any chunking gives the same clauses.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_AT_ONCE = 500  # characters; cutting them takes about 1 ms
_FENCE = "```"
FIRST_UNITS = 4  # the first clause ends at a comma from here …
FIRST_ANY_UNITS = 12  # … or at any pause from here
MOST_UNITS = 40  # a clause longer than this is cut at its last safe boundary
WORD_UNITS = 2  # a Latin word lasts about as long as two Chinese characters

# How good a place is for a cut, the worst first.
_NONE, _GLYPH, _PHRASE, _EDGE, _PAUSE, _COMMA, _STOP = range(7)

_COMMAS = "，、"
_STOPS = "。！？；\n"
_ASCII_STOPS = ".!?;"
_HELD_COMMAS = "，、：,:"  # must see what follows: 1,000, 12:30, 验证码：1234
_CLOSERS = "\"')]}*_”’）】》」』"
_FREE_MARKS = ")|،۔।॥"  # never inside a number or a word
_PAUSES = "—～~）】》」』”’"
_OPENERS = "“‘（《「『【"
_PHRASE_ENDS = "的了吗吧呢啊着"
_NUMERALS = "〇零幺一二三四五六七八九十百千万亿两半第点年月日号时分秒"
_ABBREVIATION = re.compile(
    r"[a-z]|(?:[a-z]\.)+[a-z]|"
    "mr|mrs|ms|dr|prof|st|jr|sr|vs|etc|inc|ltd|co|corp|dept|approx|fig|vol|ave|blvd|rd|mt|est|tel|ext|gen|col|sgt|"
    "rev|hon|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec|mon|tue|wed|thu|fri|sat",
    re.IGNORECASE,
)
_LONGEST_WORD = 24  # characters looked back to find the word before a full stop


@dataclass(frozen=True, slots=True)
class Cut:
    """Where clauses end. `early`: the first one at a comma. `least`: units a clause has at least, unless the
    text or its flow ends. `marks`: the only marks to cut at; empty = ours.
    """

    early: bool = True
    least: int = 0
    marks: frozenset[str] = frozenset()


def pieces(text: str) -> Iterator[str]:
    """A text that came whole, to be cut a bit at a time: all calls of the process wait meanwhile."""
    return (text[at : at + _AT_ONCE] for at in range(0, len(text), _AT_ONCE))


class Clauses:
    """Releases speakable clauses from streamed text.

    The first clause ends at the first comma after 4 characters or any pause after 12, later ones at the end
    of a sentence or after 40 characters. Joined together they are the text, without `<think>…</think>` and
    `<flush />` (which releases what there is) and without outer white space. Inner white space stays: a
    clause may begin with a blank. It may hold nothing to say (a lone ”): `normalize` makes it empty. Fenced
    code is one clause of its own, from its opening ``` to its closing one (see `is_code`).
    """

    def __init__(self, cut: Cut | None = None) -> None:
        self._how = cut or Cut()
        self._tags = _Tags()
        self._first = True
        self._chars: list[str] = []
        self._restart()

    def feed(self, text: str) -> list[str]:
        """The clauses that `text` completes."""
        return self._take(self._tags.feed(text))

    def end(self) -> list[str]:
        """The rest, when the stream is over."""
        return self._take(self._tags.end()) + self.flush()

    def _take(self, pieces: list[str | None]) -> list[str]:
        clauses: list[str] = []
        for piece in pieces:
            if piece is None or is_code(piece):
                clauses += self.flush() + ([piece] if piece else [])
                continue
            self._chars += piece.lstrip() if self._first and not self._chars else piece
            clauses += self._cut()
        return clauses

    def _restart(self) -> None:
        self._at = 0
        self._units = 0
        self._in_word = False
        self._best = [0] * _COMMA

    def flush(self) -> list[str]:
        """What there is, as `<flush />` does."""
        text = "".join(self._chars)
        return [self._release(len(text))] if text.strip() else []

    def _release(self, length: int) -> str:
        text = "".join(self._chars[:length])
        del self._chars[:length]
        self._first = False
        self._restart()
        return text

    def _cut(self) -> list[str]:
        clauses: list[str] = []
        while self._at < len(self._chars):
            strength = _strength(self._chars, self._at)
            if strength is None:
                break
            self._count(self._chars[self._at])
            self._at += 1
            if length := self._length(strength):
                clauses.append(self._release(length))
        return clauses

    def _count(self, char: str) -> None:
        letter = char.isalpha() and not _is_glyph(char)
        if letter and not self._in_word:
            self._units += WORD_UNITS
        elif _is_glyph(char) or char.isdecimal():
            self._units += 1
        self._in_word = letter or (self._in_word and char in "'’")

    def _length(self, strength: int) -> int:
        """How much to release now that everything before `_at` was read; 0 = nothing yet."""
        if self._how.marks:
            strength = self._by_marks(strength)
        if self._units >= max(1, self._how.least) and (strength == _STOP or self._is_early(strength)):
            return self._at
        if strength > _NONE and self._units >= FIRST_UNITS:
            self._best[min(strength, _PAUSE)] = self._at
        if self._units >= MOST_UNITS:
            return next((length for length in reversed(self._best) if length), 0)
        return 0

    def _is_early(self, strength: int) -> bool:
        if not (self._first and self._how.early):
            return False
        return (strength == _COMMA and self._units >= FIRST_UNITS) or (
            strength == _PAUSE and self._units >= FIRST_ANY_UNITS
        )

    def _by_marks(self, strength: int) -> int:
        """Only the marks somebody chose end a clause, and the end of a line."""
        char = self._chars[self._at - 1]
        if char in self._how.marks and (strength > _NONE or char in _FREE_MARKS):
            return _STOP
        return strength if char == "\n" else min(strength, _PAUSE)


def is_code(clause: str) -> bool:
    """Whether this clause is fenced code, which is not for the ear."""
    return clause.startswith(_FENCE)


def _strength(chars: list[str], at: int) -> int | None:
    """How well the text can be cut after `chars[at]`; None = the next character must be seen first."""
    char = chars[at]
    before = chars[at - 1] if at else ""
    if char in _STOPS or (char in "!?;" and _is_glyph(before)):
        return _STOP
    if char in _COMMAS and not before.isdecimal():
        return _COMMA
    if at + 1 == len(chars):
        return None
    after = chars[at + 1]
    if char in _HELD_COMMAS:
        return _COMMA if _parts(before, char, after) else _NONE
    if char == "…":
        return _NONE if after == "…" else _STOP
    if char in _ASCII_STOPS or (char in _CLOSERS and _closes_sentence(chars, at)):
        return _latin_stop(chars, at)
    return _weak_strength(before, char, after)


def _parts(before: str, char: str, after: str) -> bool:
    """Whether a comma or colon parts two phrases. A code stays with its name, which tells how to say it."""
    if char in _COMMAS:
        return not after.isdecimal()
    if char == "：":
        return not _is_latin(after) and after != " "
    if char == ":" and after == " ":
        return not _is_glyph(before)
    return after.isspace() or _is_glyph(after)


def _latin_stop(chars: list[str], at: int) -> int | None:
    after = chars[at + 1]
    if not (after.isspace() or _is_glyph(after)):
        return _NONE
    if chars[at] != ".":
        return _STOP
    word, starts_line = _word_before(chars, at)
    if word.lower() == "no":
        if at + 2 == len(chars):
            return None
        return _NONE if chars[at + 2].isdecimal() else _STOP
    numbers_line = word.isdecimal() and starts_line
    return _NONE if numbers_line or _ABBREVIATION.fullmatch(word) else _STOP


def _closes_sentence(chars: list[str], at: int) -> bool:
    """Whether the few closing marks up to `at` follow a full stop: «He said "Go."»."""
    for back in range(at - 1, max(-1, at - 5), -1):
        if chars[back] in ".!?":
            return True
        if chars[back] not in _CLOSERS:
            return False
    return False


def _word_before(chars: list[str], at: int) -> tuple[str, bool]:
    """The word that ends just before `at`, and whether it opens its line."""
    start = at
    while start and at - start < _LONGEST_WORD and _is_latin(chars[start - 1]):
        start -= 1
    head = start
    while head and start - head < _LONGEST_WORD and chars[head - 1] in " \t":
        head -= 1
    return "".join(chars[start:at]), head == 0 or chars[head - 1] == "\n"


def _weak_strength(before: str, char: str, after: str) -> int:
    starts = after.isalnum() or after in _OPENERS
    by_number = after.isdecimal() or before.isdecimal()
    if char in _PAUSES:
        return _PAUSE if (starts or after.isspace()) and not by_number else _NONE
    if char.isspace():
        return _EDGE if starts and not by_number else _NONE
    if char in _NUMERALS or after in _NUMERALS:
        return _NONE
    if _is_glyph(char) and _is_glyph(after):
        return _PHRASE if char in _PHRASE_ENDS else _GLYPH
    edge = (_is_glyph(char) and after.isalpha()) or (char.isalpha() and _is_glyph(after))
    return _EDGE if edge else _NONE


def _is_latin(char: str) -> bool:
    return char == "." or (char.isalnum() and not _is_glyph(char))


def _is_glyph(char: str) -> bool:
    """Han and kana: scripts written without blanks."""
    return (
        char == "〇"
        or "\u3040" <= char <= "\u30ff"
        or "\u3400" <= char <= "\u9fff"
        or "\U00020000" <= char <= "\U0003ffff"
    )


# ── tags ─────────────────────────────────────────────────────────────────────────────────────────────

_SPECIAL = re.compile("[<`]")
_OPEN = re.compile("<think>", re.IGNORECASE)
_CLOSE = re.compile("</think>", re.IGNORECASE)
_FLUSH = re.compile(r"<\s{0,2}flush\s{0,2}/\s{0,2}>", re.IGNORECASE)


def _starts_of(*tags: str) -> re.Pattern[str]:
    """Matches any beginning of a tag whose end has not arrived; blanks are allowed as in `_FLUSH`."""
    starts = {tag[:length] for tag in tags for length in range(1, len(tag))}
    patterns = (
        re.escape(start).replace("\\ ", r"\s{0,2}") for start in sorted(starts, key=len, reverse=True)
    )
    return re.compile("|".join(patterns), re.IGNORECASE)


_TAG_START = _starts_of("<think>", "</think>", "< flush / >")


class _Tags:
    """Takes `<think>…</think>` out of a stream, turns `<flush />` into None and makes code one piece."""

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False
        self._code = ""

    def feed(self, text: str) -> list[str | None]:
        text, self._held = self._held + text, ""
        pieces: list[str | None] = []
        at = 0
        while at < len(text):
            if self._thinking:
                at = self._skip_thought(text, at)
            elif self._code:
                at = self._read_code(text, at, pieces)
            else:
                at = self._read(text, at, pieces)
        return pieces

    def end(self) -> list[str | None]:
        held, self._held = self._code + self._held, ""
        self._code = ""
        return [held] if held and not self._thinking else []

    def _skip_thought(self, text: str, at: int) -> int:
        close = _CLOSE.search(text, at)
        if close is None:
            self._held = text[max(at, len(text) - len("</think>") + 1) :]
            return len(text)
        self._thinking = False
        return close.end()

    def _read(self, text: str, at: int, pieces: list[str | None]) -> int:
        found = _SPECIAL.search(text, at)
        opening = found.start() if found else len(text)
        if opening > at:
            pieces.append(text[at:opening])
        if found is None:
            return len(text)
        if found[0] == "`":
            return self._open_code(text, opening, pieces)
        if tag := _FLUSH.match(text, opening):
            pieces.append(None)
        elif tag := _OPEN.match(text, opening):
            self._thinking = True
        elif not (tag := _CLOSE.match(text, opening)):
            return self._hold(text, opening, pieces)
        return tag.end()

    def _open_code(self, text: str, at: int, pieces: list[str | None]) -> int:
        if text.startswith(_FENCE, at):
            self._code = _FENCE
            return at + len(_FENCE)
        end = at + 2 if text.startswith("``", at) else at + 1
        if end == len(text):
            self._held = text[at:]
        else:
            pieces.append(text[at:end])
        return end

    def _read_code(self, text: str, at: int, pieces: list[str | None]) -> int:
        close = text.find(_FENCE, at)
        if close < 0:
            safe = max(at, len(text) - len(_FENCE) + 1)
            self._code, self._held = self._code + text[at:safe], text[safe:]
            return len(text)
        pieces.append(self._code + text[at : close + len(_FENCE)])
        self._code = ""
        return close + len(_FENCE)

    def _hold(self, text: str, at: int, pieces: list[str | None]) -> int:
        if _TAG_START.fullmatch(text, at):
            self._held = text[at:]
            return len(text)
        pieces.append("<")
        return at + 1
