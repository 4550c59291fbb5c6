"""Filters of lists as conditions."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col


def among(column: Any, one: str | None, listed: str | None = None) -> list[ColumnElement[bool]]:
    """The column is `one`, and any of the comma-separated `listed`, where they are given."""
    found: list[ColumnElement[bool]] = []
    if one is not None:
        found.append(col(column) == one)
    if listed is not None:
        found.append(col(column).in_([part for each in listed.split(",") if (part := each.strip())]))
    return found
