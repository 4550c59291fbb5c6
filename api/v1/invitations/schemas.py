"""Invitations as JSON."""

from typing import Literal

from pydantic import Field

from api.http.schema import Answer, Body, Moment
from api.http.scopes import Role
from api.v1.members.schemas import Email, NewPassword, PersonName

Status = Literal["pending", "accepted", "revoked", "expired"]


class InvitationCreate(Body):
    """Whom to invite. The link is answered to you: send it as you like, no mail is sent from here."""

    email: Email = Field(description="the address to log in with; nobody else can take it")
    role: Role = Field("developer", description="only an owner may invite an owner; see GET /v1/roles")


class InvitationAccept(Body):
    """Who accepts chooses a name and a password."""

    token: str = Field(max_length=200, description="from the link, after the #")
    name: PersonName = Field(description="for people")
    password: NewPassword = Field(description="at least 8 characters; upper case, lower case, a digit")


class InvitationRead(Answer):
    """An invitation as it is shown."""

    id: str = Field(description="UUID")
    org_id: str = Field(description="the organisation it leads to")
    email: str = Field(description="who is invited")
    role: Role = Field(description="what they will be")
    status: Status = Field(description="only a pending one can be accepted")
    invited_by: str = Field(description="id of the person or key that invited")
    expires_at: Moment = Field(description="seven days after it was made")
    accepted_at: Moment | None = Field(None, description="when it was accepted")
    revoked_at: Moment | None = Field(None, description="when it was revoked")
    created_at: Moment = Field(description="ISO 8601, UTC, milliseconds")
    updated_at: Moment = Field(description="ISO 8601, UTC, milliseconds")


class InvitationCreated(InvitationRead):
    """The only answer with the link."""

    token: str = Field(description="good once; shown in this answer only")
    link: str = Field(description="where the invited person chooses name and password")
