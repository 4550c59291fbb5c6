"""Who may do what: scopes are `<noun>:read` or `<noun>:write`, roles are sets of them.

`*` is everything; `*:read` and `*:write` are every noun except those an administrator keeps. The roles are
fixed: GET /v1/roles and the guide on keys and roles show this map and nothing else.
"""

from typing import Literal

Role = Literal["owner", "admin", "developer", "billing", "viewer"]

NOUNS = {
    "assistants": "assistants, their drafts, versions and the traffic between versions; models and voices",
    "squads": "squads, their drafts and versions",
    "calls": "calls: start, steer, read transcripts and recordings, erase",
    "chats": "conversations in text",
    "sessions": "conversations in text that last",
    "tools": "tools",
    "files": "files",
    "knowledge_bases": "knowledge bases",
    "phone_numbers": "phone numbers and where their calls go",
    "structured_outputs": "what is extracted from calls",
    "credentials": "accounts at vendors; their secrets are never read",
    "webhooks": "deliveries to your servers, their replay and the signing secret",
    "voices": "voices of your own",
    "analytics": "figures about calls, without what was said",
    "usage": "what was used and what it cost",
    "logs": "logs of calls and webhooks",
    "api_keys": "API keys and tokens",
    "members": "people and invitations",
    "organization": "the organisation and its settings",
    "billing": "limits of spending, bills",
    "audit": "who wrote what, and who was refused",
}
"""Everything a scope can be about."""

ADMINISTRATIVE = frozenset({"members", "organization", "billing", "audit"})
ROLES: dict[Role, frozenset[str]] = {
    "owner": frozenset({"*"}),
    "admin": frozenset({"*"}),
    "developer": frozenset({"*:read", "*:write", "organization:read", "members:read"}),
    "billing": frozenset(
        {
            "billing:*",
            "usage:read",
            "analytics:read",
            "phone_numbers:read",
            "organization:read",
            "members:read",
        }
    ),
    "viewer": frozenset({"*:read", "organization:read", "members:read"}),
}
SENTENCES: dict[Role, str] = {
    "owner": "everything; only an owner adds, changes or removes owners",
    "admin": "everything but owners",
    "developer": "builds: everything but people, the organisation's settings, billing and the audit log",
    "billing": "pays: usage, figures and bills; no assistant, and nothing of what was said in a call",
    "viewer": "reads what a developer reads",
}
PUBLIC = frozenset({"assistants:read", "calls:write", "chats:write"})  # all a public key can ever have


def covers(granted: frozenset[str], scope: str) -> bool:
    """Whether holding `granted` allows `scope`, which may itself be a wildcard."""
    if "*" in granted or scope in granted:
        return True
    noun, _, verb = scope.partition(":")
    if f"{noun}:*" in granted:
        return True
    if verb == "*":
        return covers(granted, f"{noun}:read") and covers(granted, f"{noun}:write")
    return scope != "*" and noun not in ADMINISTRATIVE and f"*:{verb}" in granted
