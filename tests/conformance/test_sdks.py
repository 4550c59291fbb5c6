"""Vapi's own SDKs, as they are published, find a Vapi at our address."""

from collections.abc import Callable

import pytest

from tests.conformance.columns import COLUMNS, filled, table
from tests.conformance.driver import Outcome
from tests.conformance.operations import OPERATIONS
from tests.docs.snippets import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
RESOURCES = list(dict.fromkeys(operation.resource for operation in OPERATIONS))
PAGES = ["docs/reference/vapi-compatibility.md", "docs/reference/vapi-compatibility.zh.md"]
Results = Callable[[str], dict[str, Outcome]]


def test_the_list_is_vapis():
    assert len({operation.name for operation in OPERATIONS}) == len(OPERATIONS) == 67


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("resource", RESOURCES)
def test_an_sdk_gets_what_its_types_promise(results: Results, resource: str, column: str):
    wrong = {
        operation.name: found.wrong
        for operation in OPERATIONS
        if operation.resource == resource and (found := results(column)[operation.name]).wrong
    }

    assert wrong == {}


@pytest.mark.parametrize("page", PAGES)
def test_the_page_tells_the_truth(results: Results, page: str):
    rows = table(OPERATIONS, {name: results(name) for name in COLUMNS})
    text = (ROOT / page).read_text()

    assert text == filled(text, rows), "run scripts/vapi-compatibility"
