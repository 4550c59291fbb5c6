"""Servers as they are stored, and who is told when an assistant has none of its own.

A stored server is `{url, timeoutSeconds, headers}`, and if it has them `sealedSecret`, `backoffPlan`,
`credentialId`, `encryptedPaths`. A call keeps its server in the same words.
"""

from collections.abc import Callable, Mapping
from typing import Any

from api.db.tx import TenantSession
from api.v1.assistants.schemas.server import Server
from api.v1.assistants.servers import SECRET_HEADER
from api.v1.credentials.kinds import SERVERS
from api.v1.credentials.repo import Credentials
from api.v1.organizations.settings import settings_of
from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.sealed import unseal
from voice_engine.spec import AuthenticationSpec

Json = dict[str, Any]


def keep(server: Server, seal: Callable[[str], str]) -> Json:
    """For a row to hold: its secret sealed."""
    given = {name: value for name, value in server.given().items() if name != "secret"}
    kept = {"timeoutSeconds": server.timeout_seconds, "headers": {}, **given}
    return {**kept, "sealedSecret": seal(server.secret)} if server.secret else kept


def shown(kept: Mapping[str, Any]) -> Json:
    """As it is answered."""
    return {name: value for name, value in kept.items() if name != "sealedSecret"}


def fallback(session: TenantSession, phone_number: Json | None = None) -> Json | None:
    """Who is told of a call whose assistant has no server: the phone number's, else the organisation's."""
    for server in (phone_number, settings_of(session).server):
        if server and server.get("url"):
            return server
    return None


def own_headers(server: Mapping[str, Any], secret: bytes, org_id: str) -> dict[str, str]:
    """The server's own headers, and its old secret as Vapi sends it."""
    given = {str(name).lower(): str(value) for name, value in (server.get("headers") or {}).items()}
    sealed = server.get("sealedSecret")
    old = {SECRET_HEADER.lower(): unseal(sealed, secret, context=org_id)} if sealed else {}
    return {**old, **given}


def authentication(session: TenantSession, server: Mapping[str, Any]) -> AuthenticationSpec | None:
    """The server's credential as it is now; raises BadRequest when it has gone."""
    id = server.get("credentialId")
    if not id:
        return None
    row = Credentials(session, session.org_id).find(id)
    if row is None or row.provider not in SERVERS:
        message = f"The server's credential {id!r} does not exist any more; give the server another one."
        raise BadRequest("credential_not_found", message, field="server.credentialId")
    return AuthenticationSpec(
        credential_id=row.id,
        plan=row.fields["authenticationPlan"],
        sealed=row.sealed,
        encryption=row.fields.get("encryptionPlan"),
        encrypted_paths=tuple(server.get("encryptedPaths") or ()),
    )
