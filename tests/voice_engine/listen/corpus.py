"""The labelled corpus of turn ends, measured, and the page that reports it."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from voice_engine.listen.dictation import expected, progress
from voice_engine.listen.lexicon import classify

HERE = Path(__file__).parent
PARTS = {
    "tuning": "lexicon_cases.yaml",
    "held out": "held_out.yaml",
    "held out, late": "held_out_late.yaml",
    "held out, last": "held_out_last.yaml",
}
VERDICTS = ("finished", "undecided", "unfinished", "wait")
PROGRESS = ("complete", "likely", "incomplete", "none")


@dataclass
class Measured:
    """One part: how often each label got each verdict, by language, and every wrong one."""

    verdicts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, text: str, label: str, verdict: str) -> None:
        self.verdicts[language(text), label, verdict] += 1
        if verdict != label:
            self.wrong.append(f"{label} → {verdict}: {text}")

    def of(self, label: str, language: str = "") -> int:
        return sum(n for (lang, lab, _), n in self.verdicts.items() if lab == label and language in lang)

    def count(self, label: str, verdict: str, language: str = "") -> int:
        return sum(
            n for (lang, *rest), n in self.verdicts.items() if rest == [label, verdict] and language in lang
        )

    def right(self, label: str, language: str = "") -> float:
        return self.count(label, label, language) / max(1, self.of(label, language))

    def __add__(self, other: "Measured") -> "Measured":
        return Measured(self.verdicts + other.verdicts, self.wrong + other.wrong)


def language(text: str) -> str:
    """Chinese as soon as there is one Chinese character."""
    return "zh" if any("\u4e00" <= char <= "\u9fff" for char in text) else "en"


def load(part: str) -> dict[str, list[Any]]:
    """The utterances of a part by label."""
    cases: dict[str, list[Any]] = yaml.safe_load((HERE / PARTS[part]).read_text("utf-8"))
    return cases


@cache
def measured(part: str) -> Measured:
    """What the classifier makes of a part now; `all` for the whole corpus."""
    if part == "all":
        return sum(map(measured, PARTS), Measured())
    result = Measured()
    for label, texts in load(part).items():
        for text in texts:
            if label == "dictation":
                asked = expected(text["asked"])
                said = progress(asked, text["said"]) if asked else None
                result.add(f"{text['asked']} {text['said']}", text["verdict"], said or "none")
            else:
                result.add(text, label, classify(text))
    return result


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────


def tables() -> str:
    """Figures and confusion matrices in Markdown."""
    lines = ["| Part | Utterances | finished | unfinished | wait | dictation |", "|---|---|---|---|---|---|"]
    lines += [_summary(part, measured(part)) for part in (*PARTS, "all")]
    for part in (*PARTS, "all"):
        lines += ["", f"### {part.capitalize()}", "", *_matrix(measured(part))]
    return "\n".join(lines)


def _summary(part: str, m: Measured) -> str:
    total = sum(m.verdicts.values())
    chinese = sum(n for (lang, *_), n in m.verdicts.items() if lang == "zh")
    cells = [_share(m, label) for label in ("finished", "unfinished", "wait")]
    dictated = [m.of(label) for label in ("complete", "incomplete")]
    good = m.count("complete", "complete") + m.count("incomplete", "incomplete")
    cells.append(f"{good / sum(dictated):.1%} of {sum(dictated)}" if sum(dictated) else "–")
    return f"| {part} | {total} ({chinese} Chinese) | {' | '.join(cells)} |"


def _share(m: Measured, label: str) -> str:
    return f"{m.right(label):.1%} of {m.of(label)}" if m.of(label) else "–"


def _matrix(m: Measured) -> list[str]:
    words = _rows(m, ("finished", "unfinished", "wait", "undecided"), VERDICTS)
    dictated = _rows(m, ("complete", "incomplete"), PROGRESS)
    return words + (["", *dictated] if len(dictated) > 2 else [])


def _rows(m: Measured, labels: tuple[str, ...], verdicts: tuple[str, ...]) -> list[str]:
    lines = [f"| Labelled | Language | {' | '.join(verdicts)} | right |", "|---" * (len(verdicts) + 3) + "|"]
    for label in labels:
        for lang in ("zh", "en"):
            if m.of(label, lang):
                cells = " | ".join(str(m.count(label, verdict, lang)) for verdict in verdicts)
                lines.append(f"| {label} | {lang} | {cells} | {m.right(label, lang):.1%} |")
    return lines
