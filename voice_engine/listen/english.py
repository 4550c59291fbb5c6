"""Is an English turn over? The last words decide first, then whether there is a clause at all.

Determiners, prepositions, conjunctions, auxiliaries and bare transitive verbs leave open; a subordinate
opening waits for its main clause; a noun with a relative clause waits for its verb. A clause with a finite
verb, or an imperative, and a closed end is whole. Pure.
"""

import re
from itertools import pairwise
from typing import Literal

from voice_engine.listen import words_en as words
from voice_engine.listen.glyphs import PAUSE, either, led

Ending = Literal["finished", "undecided", "unfinished"]

_LONGEST = 24  # words that are looked at from the end


def verdict(said: str, stopped: bool) -> Ending:
    """`said` in lower case without outer punctuation; `stopped`: the recogniser put a full stop."""
    spoken = said.replace(",", " ").split()
    if _ANSWER.fullmatch(said):
        return "finished"
    asks = _QUESTION.match(said) is not None and len(spoken) >= _QUESTION_WORDS
    bare = _bare(spoken[-_LONGEST:])
    closed = False if _headless(bare) else _closed(spoken)
    if closed is False and not _whole(said, spoken, asks, stopped):
        return "unfinished"
    opening = _OPENING.match(said)
    answered = opening and _ANSWERING.search(said, opening.end())
    if opening and not answered:
        return "undecided" if stopped else "unfinished"
    if stopped or closed or answered:
        return "finished"
    if _hanging(bare, asks):
        return "unfinished"
    return "finished" if asks or _clause(bare) else "undecided"


_ANSWER_TAIL = rf"(?:{PAUSE}+(?:{either(words.ANSWER_TAILS)})){{0,3}}"
_ANSWER = led(words.ANSWER_LEADS, rf"(?:{either(words.ANSWERS)}){_ANSWER_TAIL}")
_OPENING = led(words.OPENING_LEADS, rf"{words.OPENINGS}\b")
_ANSWERING = re.compile(words.ANSWERING)
_QUESTION = led(words.OPENING_LEADS, words.QUESTION)
_QUESTION_WORDS = 3  # an English question is longer than: can you

_TAILS = {**dict.fromkeys(words.OPEN_TAILS, False), **dict.fromkeys(words.CLOSED_TAILS, True)}
_LONGEST_TAIL = 5  # words
_FOR = frozenset(("for", "to", "with", "from"))
_FAMILY = frozenset(("son", "daughter", "wife", "husband", "friend"))


def _closed(spoken: list[str]) -> bool | None:
    for length in range(min(_LONGEST_TAIL, len(spoken)), 0, -1):
        if (closed := _TAILS.get(" ".join(spoken[-length:]))) is not None:
            return None if not closed and _is_object(spoken, length) else closed
    return None


def _is_object(spoken: list[str], length: int) -> bool:
    """my son begins a sentence, "a present for my son" ends one."""
    before = spoken[-length - 1] if len(spoken) > length else ""
    return spoken[-length] == "my" and spoken[-1] in _FAMILY and before in _FOR


def _whole(said: str, spoken: list[str], asks: bool, stopped: bool) -> bool:
    """Whether an ending that usually goes on does not here: where are you from, did you get my email."""
    if stopped and spoken[-1] in words.PRONOUNS:
        return True
    if spoken[-1] == "this" and len(spoken) > 2 and spoken[-2] not in _FUNCTION_OR_VERB:
        return True
    if _at_rest(spoken):
        return True
    stranded = spoken[-1] in words.STRANDING and spoken[0].startswith("wh")
    return asks and (stranded or said.endswith(words.ANNOUNCED))


_RESTS = {"that": words.ACTING, "kind": words.KIND, "before": words.BEFORE_BEFORE}
_LEAST_QUESTION = 4  # words: where are you going


def _at_rest(spoken: list[str]) -> bool:
    """Whether the last word, open elsewhere, has here what it needs before it."""
    last, before, earlier = spoken[-1], spoken[-2] if len(spoken) > 1 else "", spoken[:-1]
    if last in _RESTS:
        return before in _RESTS[last]
    if last == "called":
        return before not in words.NAMING and not before.endswith("'s")
    if last == "well":
        return len(spoken) > 2 and before not in words.CLAUSE_LEADS
    if last == "to":
        return before in words.WILLING and any(word.endswith("n't") or word == "not" for word in earlier[-3:])
    if last in words.BE and before not in words.ASKERS:
        return any(a in words.KNOWING and b in words.ASKERS for a, b in pairwise(earlier))
    if last in words.LAST_VERBS:
        asked = spoken[0] in words.ASKERS and len(spoken) >= _LEAST_QUESTION
        return asked or (before in words.SUBJECTS and bool(words.WHATEVER & set(earlier[-3:-1])))
    return False


# ── the clause ───────────────────────────────────────────────────────────────────────────────────────

_LEAST_CLAUSE = 2  # words
_SHORT_QUESTION = 5  # words: do you guys carry


def _bare(spoken: list[str]) -> list[str]:
    """Without the words people start with."""
    start = 0
    while start < len(spoken) - 1 and spoken[start] in words.CLAUSE_LEADS:
        start += 1
    return spoken[start:]


def _finite(spoken: list[str], place: int) -> bool:
    """Whether the word at `place` can be a finite verb where it stands."""
    word = spoken[place]
    if word in words.FINITE or word.endswith(("n't", "'re", "'m", "'ve", "'ll", "'d")):
        return True
    if word.endswith("'s") and word[:-2] in words.SUBJECTS:
        return True
    before = spoken[place - 1] if place else ""
    if before in words.SUBJECTS and word not in words.FUNCTION and word not in words.ADVERBS:
        return True
    return len(word) > 3 and word.endswith("ed") and place > 0 and before not in words.DETERMINERS


def _clause(spoken: list[str]) -> bool:
    if len(spoken) >= _LEAST_CLAUSE and spoken[0] in words.IMPERATIVES:
        return True
    return any(_finite(spoken, place) for place in range(len(spoken)))


def _hanging(said: list[str], asks: bool) -> bool:
    """Whether the end leaves open what no list of endings can: an adverb before its verb, a verb before its
    object, an adjective before its noun."""
    last, before = said[-1], said[-2] if len(said) > 1 else ""
    if last in words.ADVERBS:
        return not before or before in _SUBJECT_OR_VERB or "'" in before
    if last == "you":
        return before in words.BEFORE_YOU
    if last in words.ADJECTIVES:
        return before in _ARTICLES
    if last.endswith("'s"):
        return last[:-2] not in words.SUBJECTS
    if said[0].startswith(("wh", "how")):
        return False
    if asks:
        return last in words.OFFERS and len(said) <= _SHORT_QUESTION
    return last in words.TRANSITIVE and _subject_before(said) and not _at_rest(said)


_SUBJECT_OR_VERB = words.SUBJECTS | words.FINITE
_FUNCTION_OR_VERB = words.FUNCTION | words.FINITE
_ARTICLES = words.DETERMINERS - words.OBJECTS


def _subject_before(said: list[str]) -> bool:
    return any(word in words.SUBJECTS or "'" in word for word in said[-4:-1])


def _headless(said: list[str]) -> bool:
    """the phone I bought from you, my son who lives abroad: one verb, and it is the relative clause's."""
    if said[0] not in words.DETERMINERS:
        return False
    verbs = [place for place in range(1, len(said)) if _finite(said, place)]
    relative = next((place for place in range(2, min(5, len(said))) if said[place] in words.RELATIVES), 0)
    return relative > 0 and len(verbs) <= 1 and all(place > relative for place in verbs)


# ── asking for time ──────────────────────────────────────────────────────────────────────────────────

_WAIT = led(
    words.WAIT_LEADS,
    rf"{words.WAITS}(?:{PAUSE}*(?:{words.WAIT_TAILS})){{0,3}}(?:{PAUSE}+(?:{words.EXCUSES})){{0,2}}",
)
_LONGEST_WAIT = 80  # characters


def asks_for_time(said: str) -> bool:
    """hold on; one second, let me find my card: nothing but a request to wait, and perhaps why."""
    if len(said) > _LONGEST_WAIT or _WAIT.fullmatch(said) is None:
        return False
    return said.split()[-1] not in _ARTICLES
