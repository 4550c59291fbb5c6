"""A route that will go says when."""

from datetime import date
from types import SimpleNamespace

import pytest

from api.http.deprecation import deprecated, headers


def test_the_end_is_a_date_as_http_writes_it():
    options = deprecated("/new", since=date(2026, 11, 20), sunset=date(2027, 8, 31))

    found = dict(headers(SimpleNamespace(**options)))

    assert found[b"sunset"] == b"Tue, 31 Aug 2027 00:00:00 GMT"
    assert found[b"link"] == b'</new>; rel="successor-version"'


def test_nobody_is_given_less_than_nine_months():
    with pytest.raises(ValueError, match="270 days"):
        deprecated("/new", since=date(2026, 11, 20), sunset=date(2027, 8, 1))
