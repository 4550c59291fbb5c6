"""What a voice is given for a written clause: the assistant's own replacements, then numbers as words."""

import structlog

from voice_engine.kernel.patterns import Pattern, TooSlow
from voice_engine.speak.normalize import normalize
from voice_engine.speak.phrases import CODE
from voice_engine.speak.sentences import Cut, is_code
from voice_engine.spec import ChunkSpec, RegexOption, ReplacementSpec, language_of

REPLACING_S = 0.005  # all of a clause's time for one pattern
_AS_IT_IS = "und"  # a language whose numbers are the voice's business

log = structlog.get_logger()


class Wording:
    """Words for one voice of one `language` (a BCP 47 tag)."""

    def __init__(self, language: str, chunks: ChunkSpec | None = None) -> None:
        chunks = chunks or ChunkSpec()
        self.language = language
        self._target = language if chunks.written_out else _AS_IT_IS
        self._replacements = [(each, _compiled(each)) for each in chunks.replacements]
        marks = frozenset("".join(chunks.marks))
        self.cut = Cut(early=chunks.early, least=chunks.least, marks=marks)
        self.whole_sentences = Cut(early=False, least=chunks.least, marks=marks)

    def written(self, clause: str) -> str:
        """The clause itself; instead of code a word that there was some, which is what is heard of it."""
        return CODE[language_of(self.language)] if is_code(clause) else clause

    def spoken(self, clause: str) -> str:
        """What the voice says for it; "" if there is nothing to say."""
        for each, pattern in self._replacements:
            clause = _replace(each, pattern, clause)
        return normalize(clause, self._target)


def _compiled(each: ReplacementSpec) -> Pattern | None:
    if not each.pattern:
        return None
    chosen: frozenset[RegexOption] = frozenset(each.options)
    return Pattern(
        each.find,
        ignore_case="ignore-case" in chosen,
        whole_word="whole-word" in chosen,
        multi_line="multi-line" in chosen,
    )


def _replace(each: ReplacementSpec, pattern: Pattern | None, text: str) -> str:
    if pattern is None:
        return text.replace(each.find, each.say, -1 if each.every else 1)
    try:
        return pattern.replaced_in(text, each.say, REPLACING_S, every=each.every)
    except TooSlow:
        log.warning("replacement_too_slow", pattern=each.find)
        return text
