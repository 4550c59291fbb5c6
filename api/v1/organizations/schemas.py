"""Organisations as JSON."""

from pydantic import Field

from api.http.schema import Answer, Body, Moment


class OrganizationUpdate(Body):
    name: str | None = Field(None, min_length=1, max_length=80)


class OrganizationRead(Answer):
    id: str
    name: str
    created_at: Moment
    updated_at: Moment
