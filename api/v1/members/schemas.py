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
    email: Email
    name: PersonName
    role: Role = "developer"
    password: NewPassword


class MemberUpdate(Body):
    name: PersonName | None = None
    role: Role | None = None
    password: NewPassword | None = None


class MemberRead(Answer):
    id: str
    org_id: str
    email: str
    name: str
    role: Role
    locked_until: Moment | None
    last_login_at: Moment | None
    created_at: Moment
    updated_at: Moment
