"""One world for all; each SDK goes through the operations once, and only through those that are asked for."""

from collections.abc import Callable, Iterator

import pytest

from tests.conformance.columns import COLUMNS
from tests.conformance.driver import Outcome
from tests.conformance.operations import OPERATIONS
from tests.conformance.world import World, world

Results = dict[str, Outcome]


@pytest.fixture(scope="session")
def vapi_world() -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture(scope="session")
def results(vapi_world: World, request: pytest.FixtureRequest) -> Callable[[str], Results]:
    """What came of the operations, by column."""
    known: dict[str, Results] = {}
    asked = _resources(request.session.items)
    operations = [one for one in OPERATIONS if not asked or one.resource in asked]

    def of(column: str) -> Results:
        if column not in known:
            outcomes = COLUMNS[column].run(vapi_world, operations)
            known[column] = {outcome.operation: outcome for outcome in outcomes}
        return known[column]

    return of


def _resources(items: list[pytest.Item]) -> set[str]:
    """Those of the tests that are selected; empty if one of them wants everything."""
    here = [item for item in items if "results" in getattr(item, "fixturenames", ())]
    specs = [getattr(item, "callspec", None) for item in here]
    if any(spec is None or "resource" not in spec.params for spec in specs):
        return set()
    return {str(spec.params["resource"]) for spec in specs if spec is not None}
