"""Which scopes cover which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.scopes import ADMINISTRATIVE, ROLES, covers

nouns = st.sampled_from(["assistants", "calls", "members", "billing", "organization"])
verbs = st.sampled_from(["read", "write"])


@pytest.mark.parametrize(
    ("granted", "scope", "covered"),
    [
        ({"*"}, "members:write", True),
        ({"*"}, "*", True),
        ({"calls:read"}, "calls:read", True),
        ({"calls:read"}, "calls:write", False),
        ({"calls:*"}, "calls:write", True),
        ({"calls:read", "calls:write"}, "calls:*", True),
        ({"calls:read"}, "calls:*", False),
        ({"*:read"}, "calls:read", True),
        ({"*:read"}, "members:read", False),
        ({"*:read"}, "*:read", True),
        ({"*:read", "*:write"}, "*", False),
        ({"calls:read"}, "*", False),
        (set(), "calls:read", False),
    ],
)
def test_coverage(granted: set[str], scope: str, covered: bool):
    assert covers(frozenset(granted), scope) is covered


@given(nouns, verbs)
def test_owners_and_admins_may_everything(noun, verb):
    assert covers(ROLES["owner"], f"{noun}:{verb}")
    assert covers(ROLES["admin"], f"{noun}:{verb}")


@given(nouns)
def test_viewers_write_nothing(noun):
    assert not covers(ROLES["viewer"], f"{noun}:write")


@given(nouns)
def test_developers_write_everything_but_what_administrators_keep(noun):
    assert covers(ROLES["developer"], f"{noun}:write") == (noun not in ADMINISTRATIVE)
