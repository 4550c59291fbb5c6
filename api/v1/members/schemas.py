"""People and logins as JSON."""

from typing import Annotated

from pydantic import AfterValidator, Field

from api.http.schema import Answer, Body, Moment
from api.http.scopes import Role
from api.v1.members.passwords import LONGEST, check_strength

Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
NewPassword = Annotated[str, Field(max_length=LONGEST), AfterValidator(check_strength)]
PersonName = Annotated[str, Field(min_length=1, max_length=80)]


class LoginRequest(Body):
    email: Email = Field(description="not case-sensitive")
    password: str = Field(max_length=LONGEST, description="yours")


class RefreshRequest(Body):
    refresh_token: str = Field(max_length=200, description="from login or the last refresh")


class Tokens(Answer):
    """`accessToken` goes into the Authorization header; `refreshToken` buys the next pair, once."""

    access_token: str = Field(
        description="a JWT (EdDSA, or RS256 with an RSA key); verify it with /.well-known/jwks.json"
    )
    refresh_token: str = Field(description="good once, for 7 days")
    token_type: str = Field("Bearer", description="how the access token is sent")
    expires_in: int = Field(description="seconds the access token is good for")


class MemberCreate(Body):
    email: Email = Field(description="to log in with; one account in the whole installation")
    name: PersonName = Field(description="at most 80 characters")
    role: Role = Field("developer", description="what they may do: see /v1/roles; default developer")
    password: NewPassword = Field(description="at least 8 characters with upper and lower case and a digit")


class MemberUpdate(Body):
    name: PersonName | None = Field(None, description="at most 80 characters")
    role: Role | None = Field(None, description="what they may do: see /v1/roles")
    password: NewPassword | None = Field(None, description="a new one; ends their logins")


class MemberRead(Answer):
    id: str
    org_id: str
    email: str = Field(description="to log in with")
    name: str = Field(description="for people")
    role: Role = Field(description="what they may do: see /v1/roles")
    locked_until: Moment | None = Field(description="after too many wrong passwords")
    last_login_at: Moment | None = Field(description="left out: never")
    created_at: Moment
    updated_at: Moment
