"""`/v1/usage`."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Depends, Query

from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.errors import errors
from api.http.route import Resource
from api.v1.usage.model import UsageRow
from api.v1.usage.repo import UsageRecords
from api.v1.usage.schemas import UsageQuery, UsageRead
from voice_engine.kernel.errors import NotFound

router = Resource("/v1/usage", tag="Usage")
Reader = Annotated[Caller, Depends(needs("usage:read"))]


@router.get("", response_model=list[UsageRead])
def list_(query: Annotated[UsageQuery, Query()], db: Db, who: Reader) -> Sequence[UsageRow]:
    """What was used and what it cost, newest first."""
    records = UsageRecords(db, who.org_id)
    return records.matching(query.window(), call_id=query.call_id, component=query.component)


@router.get("/{id}", response_model=UsageRead, responses=errors(NotFound))
def get(id: str, db: Db, who: Reader) -> UsageRow:
    """One record."""
    return UsageRecords(db, who.org_id).get(id)
