"""Rules of organisations."""

from api.v1.organizations.model import OrganizationRow
from api.v1.organizations.repo import Organizations
from api.v1.organizations.schemas import OrganizationUpdate


def update(organizations: Organizations, change: OrganizationUpdate) -> OrganizationRow:
    """Apply what was sent; null and absent change nothing."""
    return organizations.rename(change.name) if change.name else organizations.get()
