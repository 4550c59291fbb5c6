"""What a caller may say, as a grammar: read from a tenant's words, judged, and written anew. Pure.

PocketSphinx's own reader opens files for `import`, follows recursion and unrolls without a bound, so it never
sees a tenant's text: it gets what `Grammar.text` says, one rule without references.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from voice_engine.kernel.errors import BadRequest

_TEXT = 20_000  # characters of JSGF
_SENTENCES, _WORDS, _DEPTH = 500, 2500, 20
_LOOP = 100  # words inside + or *: decoding costs 3 % of a core with 100 of them, 26 % with 3000

_COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
_HEADER = re.compile(r"\s*(?:#JSGF[^;\n]*;)?\s*(?:grammar\s+[\w.]+\s*;)?", re.IGNORECASE)
_RULE = re.compile(r"\s*(public\s+)?<([\w.]+)>\s*=((?:\"[^\"]*\"|\{[^}]*\}|[^;\"{])*);")
_TOKEN = re.compile(
    r"\s*(?:(?P<ref><[\w.]+>)|(?P<weight>/[0-9]+(?:\.[0-9]+)?/)|(?P<tag>\{[^}]*\})|(?P<mark>[|()\[\]*+])"
    r"|\"(?P<quoted>[^\"]*)\"|(?P<word>[^\s|()\[\]*+<>/{}\";]+))"
)
_PUNCTUATION = re.compile(r"[^a-z' ]+")

_COMMON = tuple(
    "a i you the to it is in that what and we for on are with have this can there when how do will would "  # noqa: SIM905
    "like my no who now where me please yes not".split()
)


@dataclass(frozen=True, slots=True)
class Grammar:
    """`text` is one JSGF rule without references; `original` gives a list's sentences as somebody wrote them.

    Keys of `original` are `plain` sentences.
    """

    text: str
    words: frozenset[str]
    original: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the rule: its text, how many words it holds, and whether it may be silent."""

    text: str
    words: int
    nullable: bool = False


def plain(text: str) -> str:
    """Lower-case words as the dictionary has them: letters and apostrophes, single spaces."""
    return " ".join(_PUNCTUATION.sub(" ", text.lower().replace("’", "'")).split())


def read_grammar(raw: object) -> Grammar:
    """A grammar from JSGF text or a list of sentences; raises BadRequest `bad_grammar`."""
    if isinstance(raw, str):
        return _Jsgf(raw).grammar()
    if isinstance(raw, Sequence) and all(isinstance(item, str) for item in raw):
        return _from_sentences(raw)
    raise _bad("is JSGF text or a list of sentences")


def _from_sentences(sentences: Sequence[str]) -> Grammar:
    if not 0 < len(sentences) <= _SENTENCES:
        raise _bad(f"has 1 to {_SENTENCES} sentences")
    original = {plain(s): s.strip() for s in sentences if plain(s)}
    words = [word for sentence in original for word in sentence.split()]
    if len(words) > _WORDS or len(original) == 0:
        raise _bad(f"has 1 to {_WORDS} words")
    return Grammar(_rule(" | ".join(original)), frozenset(words), original)


def spotting(keywords: Sequence[str]) -> Grammar:
    """A grammar of anything in which these phrases, already `plain`, stand out.

    Common words take up what is said around them. PocketSphinx's own search for keywords found 1 of 30 in the
    utterances where this one found 22, and 7 that were not there.
    """
    heard = {word for phrase in keywords for word in phrase.split()}
    around = [word for word in _COMMON if word not in heard]
    choices = [f"/30/ {phrase}" for phrase in keywords] + [f"/1/ {word}" for word in around]
    return Grammar(_rule(f"( {' | '.join(choices)} )+"), frozenset(heard), {k: k for k in keywords})


def _rule(expansion: str) -> str:
    return f"#JSGF V1.0; grammar said; public <said> = {expansion} ;"


def _bad(should: str) -> BadRequest:
    return BadRequest("bad_grammar", f"The transcriber's option `grammar` {should}.", field="grammar")


class _Jsgf:
    """A recursive-descent reader that inlines references as it goes."""

    def __init__(self, text: str) -> None:
        if len(text) > _TEXT:
            raise _bad(f"has at most {_TEXT} characters")
        self._rules: dict[str, str] = {}
        self._public: list[str] = []
        self._words: set[str] = set()
        self._count = 0
        self._read_rules(_COMMENT.sub(" ", text))

    def grammar(self) -> Grammar:
        if not self._public:
            raise _bad("has no public rule; write for example: public <hours> = when are you open ;")
        parts = [self._expand(name, ()) for name in self._public]
        if any(part.nullable for part in parts):
            raise _bad("has a public rule that matches silence; make at least one word necessary")
        text = " | ".join(f"( {part.text} )" for part in parts)
        return Grammar(_rule(text), frozenset(self._words))

    def _read_rules(self, text: str) -> None:
        header = _HEADER.match(text)
        at = header.end() if header else 0
        while text[at:].strip():
            found = _RULE.match(text, at)
            if not found:
                raise _bad(f"cannot be read from here: {text[at:].strip()[:40]!r} (imports are not allowed)")
            public, name, expansion = found.groups()
            if name in self._rules:
                raise _bad(f"defines <{name}> twice")
            self._rules[name] = expansion
            if public:
                self._public.append(name)
            at = found.end()

    def _expand(self, name: str, path: tuple[str, ...]) -> _Part:
        if name in path:
            raise _bad(f"is recursive at <{name}>, which is not supported; use + or * instead")
        if name not in self._rules:
            raise _bad(f"uses <{name}>, which it does not define")
        if len(path) >= _DEPTH:
            raise _bad(f"nests more than {_DEPTH} rules")
        tokens = self._tokens(self._rules[name])
        part = self._alternatives(tokens, (*path, name), 0)
        if tokens:
            raise _bad(f"has a stray {tokens[0][1]!r} in <{name}>")
        return part

    @staticmethod
    def _tokens(expansion: str) -> list[tuple[str, str]]:
        tokens, at = [], 0
        while expansion[at:].strip():
            found = _TOKEN.match(expansion, at)
            if not found or found.lastgroup is None:
                raise _bad(f"cannot be read from here: {expansion[at:].strip()[:40]!r}")
            tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        return tokens

    def _alternatives(self, tokens: list[tuple[str, str]], path: tuple[str, ...], depth: int) -> _Part:
        if depth > _DEPTH:
            raise _bad(f"nests more than {_DEPTH} brackets")
        parts = [self._sequence(tokens, path, depth)]
        while tokens and tokens[0][1] == "|":
            tokens.pop(0)
            parts.append(self._sequence(tokens, path, depth))
        text = parts[0].text if len(parts) == 1 else " | ".join(part.text for part in parts)
        return _Part(text, sum(p.words for p in parts), any(p.nullable for p in parts))

    def _sequence(self, tokens: list[tuple[str, str]], path: tuple[str, ...], depth: int) -> _Part:
        weight = tokens.pop(0)[1] + " " if tokens and tokens[0][0] == "weight" else ""
        parts: list[_Part] = []
        while tokens and tokens[0][1] not in ("|", ")", "]"):
            parts.append(self._repeated(self._atom(tokens, path, depth), tokens))
        if not parts:
            raise _bad("has an empty alternative; use [ ] for what may be left out")
        text = weight + " ".join(part.text for part in parts)
        return _Part(text, sum(p.words for p in parts), all(p.nullable for p in parts))

    def _atom(self, tokens: list[tuple[str, str]], path: tuple[str, ...], depth: int) -> _Part:
        kind, value = tokens.pop(0)
        if kind == "ref":
            part = self._expand(value[1:-1], path)
            return _Part(f"( {part.text} )", part.words, part.nullable)
        if kind in ("word", "quoted"):
            return self._say(value)
        if value in ("(", "["):
            part = self._alternatives(tokens, path, depth + 1)
            closing = ")" if value == "(" else "]"
            if not tokens or tokens.pop(0)[1] != closing:
                raise _bad(f"lacks a {closing!r}")
            return _Part(f"{value} {part.text} {closing}", part.words, part.nullable or value == "[")
        raise _bad(f"has a stray {value!r}")

    @staticmethod
    def _repeated(part: _Part, tokens: list[tuple[str, str]]) -> _Part:
        while tokens and (tokens[0][0] == "tag" or tokens[0][1] in ("*", "+")):
            kind, value = tokens.pop(0)
            if kind == "tag":
                continue
            if part.nullable:
                raise _bad("repeats something that may be silent; take the inner [ ] or * away")
            if part.words > _LOOP:
                raise _bad(f"repeats a choice of more than {_LOOP} words, which is too slow to decode")
            part = _Part(f"( {part.text} ){value}", part.words, value == "*")
        return part

    def _say(self, value: str) -> _Part:
        words = plain(value).split()
        if not words:
            raise _bad(f"has {value!r}, which holds no English word")
        self._words.update(words)
        self._count += len(words)
        if self._count > _WORDS:
            raise _bad(f"has at most {_WORDS} words once its rules are put into each other")
        return _Part(" ".join(words), len(words))
