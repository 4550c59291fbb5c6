"""The four ways to come here: two SDKs, at / and at /v1. And the page that tells how each fares."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.conformance import typescript
from tests.conformance.driver import Driver, Outcome
from tests.conformance.operations import Operation
from tests.conformance.world import World

Drive = Callable[[World, str, Sequence[Operation]], list[Outcome]]


@dataclass(frozen=True)
class Column:
    """`prefix` is what follows the host in the base URL."""

    sdk: str
    prefix: str
    drive: Drive

    def run(self, world: World, operations: Sequence[Operation]) -> list[Outcome]:
        """All of them, in order."""
        outcomes = self.drive(world, f"{world.product.url}{self.prefix}", operations)
        for outcome in outcomes:
            if outcome.body in ([], {}) or _rows(outcome.body) == []:
                outcome.wrong.append("an empty answer keeps to every type")
        return outcomes


def _rows(body: Any) -> Any:
    return body.get("results") if isinstance(body, dict) else None


def _python(world: World, base_url: str, operations: Sequence[Operation]) -> list[Outcome]:
    return Driver(world, base_url).run(operations)


COLUMNS = {
    "python": Column("Python", "", _python),
    "python-v1": Column("Python", "/v1", _python),
    "typescript": Column("TypeScript", "", typescript.run),
    "typescript-v1": Column("TypeScript", "/v1", typescript.run),
}
BEGIN, END = "<!-- conformance: begin -->", "<!-- conformance: end -->"


def table(operations: Sequence[Operation], results: Mapping[str, Mapping[str, Outcome]]) -> str:
    """Markdown: a row for each operation, a mark for each column; without a word of any language."""
    heads = [f"{column.sdk} `{column.prefix or '/'}`" for column in COLUMNS.values()]
    lines = [f"| | {' | '.join(heads)} |", "|---|" + ":-:|" * len(heads)]
    for operation in operations:
        marks = [_mark(operation, results[name].get(operation.name)) for name in COLUMNS]
        lines.append(f"| `{operation.name}` | {' | '.join(marks)} |")
    return "\n".join(lines)


def _mark(operation: Operation, outcome: Outcome | None) -> str:
    if outcome is None or outcome.wrong:
        return "✗"
    return "✓" if operation.method else "✓ ¹"


def filled(page: str, rows: str) -> str:
    """A page with these rows between its marks."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{rows}\n{END}{tail}"
