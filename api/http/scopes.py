"""Who may do what: scopes are `<noun>:read` or `<noun>:write`, roles are sets of them.

`*` is everything; `*:read` and `*:write` are every noun except those an administrator keeps.
"""

from typing import Literal

Role = Literal["owner", "admin", "developer", "billing", "viewer"]

ADMINISTRATIVE = frozenset({"members", "organization", "billing"})
ROLES: dict[Role, frozenset[str]] = {
    "owner": frozenset({"*"}),
    "admin": frozenset({"*"}),
    "developer": frozenset({"*:read", "*:write", "organization:read", "members:read"}),
    "billing": frozenset({"*:read", "organization:read", "members:read", "billing:read", "billing:write"}),
    "viewer": frozenset({"*:read", "organization:read", "members:read"}),
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
