"""The table `phone_numbers`."""

from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from api.db.table import IdText, Row

Json = dict[str, Any]


class PhoneNumberRow(Row, table=True):
    """`config` is the rest of the API's JSON without secrets; `sealed` holds those by their place in it.

    `number` is E.164, or as it was given where the check is off. `inbound_key` is what an inbound call is
    found by; it has one owner in the installation.
    """

    __tablename__ = "phone_numbers"

    provider: str
    number: str | None = None
    sip_uri: str | None = None
    name: str | None = None
    assistant_id: str | None = Field(default=None, sa_type=IdText)
    squad_id: str | None = Field(default=None, sa_type=IdText)
    credential_id: str | None = Field(default=None, sa_type=IdText)
    config: Json = Field(default_factory=dict, sa_type=JSONB)
    sealed: dict[str, str] = Field(default_factory=dict, sa_type=JSONB)
    inbound_key: str | None = None
