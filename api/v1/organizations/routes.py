"""`/v1/organizations/current`: the caller's own; there is no other for them."""

from typing import Annotated

from fastapi import Depends

from api.http.caller import Caller
from api.http.deps import Db, needs
from api.http.route import Resource
from api.v1.organizations import service
from api.v1.organizations.model import OrganizationRow
from api.v1.organizations.repo import Organizations
from api.v1.organizations.schemas import OrganizationRead, OrganizationUpdate

router = Resource("/v1/organizations", tag="Organizations")
Reader = Annotated[Caller, Depends(needs("organization:read"))]
Writer = Annotated[Caller, Depends(needs("organization:write"))]


@router.get("/current", response_model=OrganizationRead)
def get(db: Db, who: Reader) -> OrganizationRow:
    """The organisation of the key or person that asks."""
    return Organizations(db, who.org_id).get()


@router.patch("/current", response_model=OrganizationRead)
def update(body: OrganizationUpdate, db: Db, who: Writer) -> OrganizationRow:
    """Rename it."""
    return service.update(Organizations(db, who.org_id), body)
