"""`/v1/roles`: what each role may do, and the nouns that scopes are about."""

from typing import Literal

from pydantic import Field

from api.http.deps import Who
from api.http.errors import errors
from api.http.route import Resource
from api.http.schema import Answer
from api.http.scopes import NOUNS, PUBLIC, ROLES, SENTENCES, Role, covers
from voice_engine.kernel.errors import Unauthorized

Verb = Literal["read", "write"]
_VERBS: tuple[Verb, ...] = ("read", "write")

router = Resource("/v1/roles", tag="Members")


class RoleRead(Answer):
    """One role. Roles are fixed; whoever needs less makes a key with fewer scopes."""

    role: Role = Field(description="as in a member")
    description: str = Field(description="the role in a sentence")
    scopes: list[str] = Field(description="what its access tokens hold")
    permissions: dict[str, list[Verb]] = Field(description="the same for every noun there is")


class Roles(Answer):
    """The whole map."""

    roles: list[RoleRead] = Field(description="the mightiest first")
    nouns: dict[str, str] = Field(description="what a scope can be about, and what that covers")
    public_key_scopes: list[str] = Field(description="all that a public key can have")


def permissions(granted: frozenset[str]) -> dict[str, list[Verb]]:
    """What holding these scopes allows, by noun; nouns of which nothing is allowed are left out."""
    found = {noun: [verb for verb in _VERBS if covers(granted, f"{noun}:{verb}")] for noun in NOUNS}
    return {noun: verbs for noun, verbs in found.items() if verbs}


@router.get("", response_model=Roles, responses=errors(Unauthorized))
def list_(who: Who) -> Roles:
    """The roles there are and what each may do."""
    roles = [
        RoleRead(role=role, description=SENTENCES[role], scopes=sorted(held), permissions=permissions(held))
        for role, held in ROLES.items()
    ]
    return Roles(roles=roles, nouns=NOUNS, public_key_scopes=sorted(PUBLIC))
