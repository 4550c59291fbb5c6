"""The demo organisation of a development installation: made once, found again by every later start.

`demo.json` (see demofile) is written before the rows, and the rows are made to agree with
it; a start that died in between is finished by the next one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import select

from api.db.tx import TenantSession, transaction
from api.http.auth import Doorman
from api.http.caller import Caller
from api.http.secrets import KeyKind, new_key
from api.settings import ApiSettings
from api.v1.api_keys import service as api_keys
from api.v1.api_keys.model import ApiKeyRow
from api.v1.api_keys.repo import ApiKeys
from api.v1.api_keys.schemas import ApiKeyCreate
from api.v1.members import passwords
from api.v1.members.model import MemberRow, email_key
from api.v1.members.repo import Members
from api.v1.organizations import demofile
from api.v1.organizations.repo import Organizations
from voice_engine.kernel.clock import Clock, SystemClock
from voice_engine.kernel.errors import Forbidden
from voice_engine.kernel.ids import new_id

Furnish = Callable[[TenantSession, str], dict[str, str]]
_LOCK = 0x44454D4F  # one start at a time makes the rows


@dataclass(frozen=True, slots=True)
class Demo:
    """What a newcomer needs. `owner_password` is known only to the start that made the owner."""

    org_id: str
    private_key: str
    public_key: str
    owner_email: str
    owner_password: str | None


def bootstrap(
    engine: Engine, settings: ApiSettings, *, clock: Clock | None = None, furnish: Furnish | None = None
) -> Demo:
    """The demo organisation, its keys and its owner; Forbidden in production.

    `furnish(session, org_id)` may add rows in the same transaction at every start, so it must look first;
    what it returns is kept in demo.json, for example `{"assistantId": …}`.
    """
    if settings.environment == "production":
        raise Forbidden("demo_in_production", "There is no demo organisation in production; create your own.")
    known = _known(settings.data_dir)
    time = clock or SystemClock()
    doorman = Doorman(engine, settings.secret_bytes, time)
    with transaction(engine, known["orgId"], clock=time) as session:
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        _organization(session)
        for kind in ("private", "public"):
            _key(session, kind, known[f"{kind}Key"], doorman)
        password = _owner(session, known["ownerEmail"])
        more = furnish(session, session.org_id) if furnish else {}
    if known | more != known:
        demofile.write(settings.data_dir, known | more)
    return Demo(known["orgId"], known["privateKey"], known["publicKey"], known["ownerEmail"], password)


def _known(data_dir: Path) -> dict[str, Any]:
    """What an earlier start has written down, or what this one does."""
    known = demofile.read(data_dir)
    if known.keys() >= {"orgId", "privateKey", "publicKey", "ownerEmail"}:
        return known
    org_id = new_id()
    fresh = {
        "orgId": org_id,
        "privateKey": new_key("private"),
        "publicKey": new_key("public"),
        "ownerEmail": f"owner-{org_id[-6:]}@demo.local",
    }
    demofile.write(data_dir, fresh)
    return fresh


def _organization(session: TenantSession) -> None:
    organizations = Organizations(session, session.org_id)
    if organizations.find() is None:
        organizations.create("Demo")


def _key(session: TenantSession, kind: KeyKind, value: str, doorman: Doorman) -> None:
    mac = doorman.pepper.mac(value)
    if session.exec(select(ApiKeyRow.id).where(ApiKeyRow.hmac == mac)).first() is None:
        root = Caller(session.org_id, "private", "bootstrap", frozenset({"*"}))
        wish = ApiKeyCreate(kind=kind, name=f"Demo {kind} key")
        api_keys.create(ApiKeys(session, session.org_id), wish, root, doorman, value=value)


def _owner(session: TenantSession, email: str) -> str | None:
    """The password of the owner, if there was none and one was made."""
    members = Members(session, session.org_id)
    if members.list():
        return None
    password = passwords.generate()
    hashed = passwords.hash_of(password)
    owner = MemberRow(
        org_id=session.org_id,
        email=email,
        email_key=email_key(email),
        name="Owner",
        role="owner",
        password_hash=hashed,
    )
    members.add(owner)
    return password
