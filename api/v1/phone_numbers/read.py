"""A row as the phone number that clients see."""

from typing import Any

from api.v1.phone_numbers.model import PhoneNumberRow
from api.v1.webhooks import targets
from voice_engine.kernel.clock import iso

Json = dict[str, Any]


def shown(row: PhoneNumberRow) -> Json:
    """Without its secrets."""
    body: Json = {
        "id": row.id,
        "orgId": row.org_id,
        "createdAt": iso(row.created_at),
        "updatedAt": iso(row.updated_at),
        "provider": row.provider,
        "status": "active",
        **fields_of(row),
    }
    if row.config.get("server"):
        body["server"] = targets.shown(row.config["server"])
    return body


def fields_of(row: PhoneNumberRow) -> Json:
    """What was given and is kept, in the API's words; its server as `targets.keep` gave it."""
    fields: Json = {
        "number": row.number,
        "sipUri": row.sip_uri,
        "name": row.name,
        "assistantId": row.assistant_id,
        "squadId": row.squad_id,
        "credentialId": row.credential_id,
        **row.config,
    }
    return {name: value for name, value in fields.items() if value is not None}
