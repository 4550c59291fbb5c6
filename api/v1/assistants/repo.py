"""SQL for assistants."""

from sqlalchemy import text

from api.db.repo import Repo
from api.v1.assistants.model import AssistantRow


class Assistants(Repo[AssistantRow]):
    """The assistants of one organisation."""

    row = AssistantRow
    noun = "assistant"

    def references(self, id: str) -> list[dict[str, str]]:
        """Which squads and phone numbers use one, as `{type, id, name}`; the first twenty."""
        found = self.session.connection().execute(_REFERENCES, {"org": self.org_id, "id": id}).all()
        return [{"type": row.type, "id": row.id, "name": row.name or ""} for row in found]


_REFERENCES = text(
    "SELECT 'squad' AS type, id, name FROM squads WHERE org_id = :org"
    " AND (config -> 'members' @> jsonb_build_array(jsonb_build_object('assistantId', CAST(:id AS text)))"
    " OR config -> 'members' @> jsonb_build_array(jsonb_build_object('agentId', CAST(:id AS text))))"
    " UNION ALL SELECT 'phone-number', id, coalesce(name, number, sip_uri) FROM phone_numbers"
    " WHERE org_id = :org AND assistant_id = :id ORDER BY id LIMIT 20"
)
