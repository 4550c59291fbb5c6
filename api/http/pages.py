"""The query parameters of a list, as Vapi's v1 lists have them."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from api.db.repo import Bound, Column, Window
from api.http.schema import Body, MomentIn

_COLUMNS: tuple[Column, ...] = ("created_at", "updated_at")
_BOUNDS: tuple[Bound, ...] = ("gt", "lt", "ge", "le")


class ListQuery(Body):
    """Extend it where a list has filters of its own."""

    limit: int = Field(100, ge=0, le=1000, description="rows at most")
    created_at_gt: MomentIn | None = Field(None, description="created after; ISO 8601 with an offset")
    created_at_lt: MomentIn | None = Field(None, description="created before")
    created_at_ge: MomentIn | None = Field(None, description="created then or after")
    created_at_le: MomentIn | None = Field(None, description="created then or before")
    updated_at_gt: MomentIn | None = Field(None, description="last changed after")
    updated_at_lt: MomentIn | None = Field(None, description="last changed before")
    updated_at_ge: MomentIn | None = Field(None, description="last changed then or after")
    updated_at_le: MomentIn | None = Field(None, description="last changed then or before")

    def window(self) -> Window:
        """The same for `Repo.list`."""
        return Window(
            self.limit,
            tuple(
                (column, bound, moment)
                for column in _COLUMNS
                for bound in _BOUNDS
                if (moment := getattr(self, f"{column}_{bound}")) is not None
            ),
        )


Page = Annotated[ListQuery, Query()]
