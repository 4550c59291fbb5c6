"""A rule of speech: one kind of written thing and how it is said."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Match = re.Match[str]
Say = Callable[[Match], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """Everything `pattern` finds is replaced by what `say` makes of it.

    Patterns must be linear in the text: repeats are bounded, and begin only where a run begins.
    """

    name: str
    pattern: re.Pattern[str]
    say: Say


def rule(name: str, pattern: str, say: Say | str) -> Rule:
    """A rule whose answer is a function or always the same text."""
    return Rule(name, re.compile(pattern), say if callable(say) else lambda match: say)


def apply(rules: Iterable[Rule], text: str) -> str:
    """`text` through all rules, in order."""
    for each in rules:
        text = each.pattern.sub(each.say, text)
    return text
