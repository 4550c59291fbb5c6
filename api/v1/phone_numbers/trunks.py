"""What a gateway must know to call out through a phone number: who calls, and through whose trunk."""

from typing import Any

from api.db.tx import TenantSession
from api.v1.credentials.repo import Credentials
from api.v1.phone_numbers.model import PhoneNumberRow

Json = dict[str, Any]


def caller_of(number: PhoneNumberRow) -> Json:
    """`{phoneNumberId, number?, sipUri?, name?}`."""
    found = {
        "phoneNumberId": number.id,
        "number": number.number,
        "sipUri": number.sip_uri,
        "name": number.name,
    }
    return {key: value for key, value in found.items() if value is not None}


def trunk_of(session: TenantSession, number: PhoneNumberRow) -> Json | None:
    """The fields of the number's byo-sip-trunk credential, its secrets in `sealed` (context: organisation).

    None for a SIP address of our own, which has no trunk. Raises NotFound("credential_not_found").
    """
    if number.credential_id is None:
        return None
    row = Credentials(session, session.org_id).get(number.credential_id)
    return {"credentialId": row.id, **row.fields, "sealed": row.sealed}
