"""A new organisation with its first key and its owner, in one transaction: `yingda org create`."""

from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import Engine, text

from api.db.tx import transaction
from api.http.auth import Doorman
from api.http.caller import Caller
from api.v1.api_keys import service as api_keys
from api.v1.api_keys.repo import ApiKeys
from api.v1.api_keys.schemas import ApiKeyCreate
from api.v1.members import passwords
from api.v1.members import service as members
from api.v1.members.repo import Members
from api.v1.members.schemas import MemberCreate
from api.v1.organizations.repo import Organizations
from api.v1.organizations.schemas import OrganizationUpdate
from voice_engine.kernel.clock import Clock, SystemClock
from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class Founded:
    """What is told once: neither the key nor the password can be read again."""

    org_id: str
    private_key: str
    owner_email: str
    owner_password: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One organisation as `yingda org list` shows it."""

    id: str
    name: str
    members: int


def found(engine: Engine, secret: bytes, name: str, email: str, *, clock: Clock | None = None) -> Founded:
    """Make all of it or nothing. BadRequest for a name or address that cannot be, Conflict for a taken one.

    `engine` is the application's; `secret` the installation's, under which the key is kept.
    """
    password = passwords.generate()
    try:
        wish = OrganizationUpdate(name=name)
        person = MemberCreate(email=email, name="Owner", role="owner", password=password)
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        message = f"The organisation cannot be made: {fault['loc'][-1]}: {fault['msg']}."
        raise BadRequest("bad_organization", message) from None
    time = clock or SystemClock()
    root = Caller(new_id(), "private", "founding", frozenset({"*"}), role="owner")
    doorman = Doorman(engine, secret, time)
    with transaction(engine, root.org_id, clock=time) as session:
        Organizations(session, root.org_id).create(wish.name or name)
        members.create(Members(session, root.org_id), person, root)
        first = ApiKeyCreate(kind="private", name="First key")
        key = api_keys.create(ApiKeys(session, root.org_id), first, root, doorman)
    return Founded(root.org_id, key.value, person.email, password)


def listed(owner: Engine) -> list[Listed]:
    """All organisations, the oldest first. `owner` is the owner's engine: nobody else may see across them."""
    statement = (
        "SELECT o.id, o.name, (SELECT count(*) FROM members m WHERE m.org_id = o.id)"
        " FROM organizations o ORDER BY o.created_at, o.id"
    )
    with owner.begin() as connection:
        connection.execute(text("SELECT set_config('app.trusted', 'on', true)"))
        return [Listed(*row) for row in connection.execute(text(statement))]
