"""What names a credential: it is not deleted while something would call your server without it."""

from typing import Any

from sqlalchemy import text

from api.db.tx import TenantSession

Json = dict[str, Any]

# Every table whose rows may hold a `credentialId`, wherever in them. Calls keep a sealed copy and go on.
_HOLDERS = {
    "assistants": "assistant", "squads": "squad", "tools": "tool", "phone_numbers": "phone-number",
    "custom_knowledge_bases": "knowledge-base", "organizations": "organization",
}  # fmt: skip
_MOST = 20  # that are listed
_NAMES = "$.** ? (@.credentialId == $id || @.credential_id == $id)"


def references(session: TenantSession, id: str) -> list[Json]:
    """`{type, id, name}` of whatever in the organisation names this credential."""
    found: list[Json] = []
    for table, kind in _HOLDERS.items():
        own = "id" if table == "organizations" else "org_id"
        statement = text(
            f"SELECT id, to_jsonb(t) ->> 'name' FROM {table} t WHERE {own} = :org AND jsonb_path_exists("
            "to_jsonb(t), CAST(:names AS jsonpath), jsonb_build_object('id', CAST(:id AS text))) LIMIT :most"
        )
        bound = {"org": session.org_id, "names": _NAMES, "id": id, "most": _MOST - len(found)}
        rows = session.connection().execute(statement, bound)
        found += [{"type": kind, "id": row[0], "name": row[1] or ""} for row in rows]
    return found
