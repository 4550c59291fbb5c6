"""Vapi's own paths over our handlers, at / and at /v1, so that Vapi's SDKs work by changing the base URL."""

from collections.abc import Callable
from datetime import date
from functools import partial

from fastapi import APIRouter

from api.compat.logins import auth
from api.compat.logins import sessions as login_sessions
from api.compat.org import resource as people
from api.http.deprecation import deprecated
from api.v1.analytics.routes import resource as analytics
from api.v1.api_keys.tokens import resource as tokens
from api.v1.assistants.routes import resource as assistants
from api.v1.calls.pages import paged_resource as paged_calls
from api.v1.calls.routes import control_resource, create
from api.v1.calls.routes import resource as calls
from api.v1.catalogue.routes import library
from api.v1.chats.routes import resource as chats
from api.v1.chats.routes import talk as chatting
from api.v1.conversations.routes import resource as conversations
from api.v1.conversations.routes import talk as conversing
from api.v1.credentials.routes import resource as credentials
from api.v1.files.routes import resource as files
from api.v1.files.routes import uploads
from api.v1.knowledge_bases.routes import custom_resource as custom_knowledge_bases
from api.v1.knowledge_bases.routes import resource as knowledge_bases
from api.v1.logs.routes import resource as logs
from api.v1.organizations.routes import resource as organizations
from api.v1.phone_numbers.routes import paged_resource as paged_numbers
from api.v1.phone_numbers.routes import resource as phone_numbers
from api.v1.sessions.routes import resource as sessions
from api.v1.squads.routes import resource as squads
from api.v1.structured_outputs.routes import resource as structured_outputs
from api.v1.structured_outputs.routes import runs as structured_output_runs
from api.v1.tools.routes import resource as tools
from api.v1.versions.routes import all_drafts, traffic_resource
from api.v1.versions.routes import resource as versions

VAPI_ALIASES = date(2026, 11, 20)  # deprecated by Vapi itself; they stay as long as its guides name them


def _calls(prefix: str) -> APIRouter:
    router = calls(prefix)
    router.post("/phone", status_code=201, **deprecated(prefix, since=VAPI_ALIASES))(create)
    return router


def _old_uploads(path: str) -> APIRouter:
    return uploads(path, **deprecated("/file", since=VAPI_ALIASES))


# Vapi's path and who answers there, at / and at /v1. The first that fits answers: drafts before assistants.
EVERYWHERE: tuple[tuple[str, Callable[[str], APIRouter]], ...] = (
    ("/assistant/draft", all_drafts),
    ("/assistant", assistants),
    ("/assistant", partial(versions, drafts="draft")),
    ("/squad", squads),
    ("/chat", chatting),
    ("/chat", chats),
    ("/session", sessions),
    ("/tool", tools),
    ("/file", files),
    ("/v2/knowledge-base", knowledge_bases),
    ("/knowledge-base", custom_knowledge_bases),
    ("/file", uploads),
    ("/file/upload", _old_uploads),
    ("/credential", credentials),
    ("/structured-output", structured_output_runs),
    ("/structured-output", structured_outputs),
    ("/token", tokens),
    ("/org", people),
    ("/org", organizations),
    ("/voice-library", library),
    ("/phone-number", phone_numbers),
    ("/v2/phone-number", paged_numbers),
    ("/v2/call", paged_calls),
    ("/call", _calls),
)
# Paths that stand once: at /v1 they are ours already, or have no name of Vapi's there.
ONCE: tuple[tuple[str, Callable[[str], APIRouter]], ...] = (
    ("/api/auth", auth),
    ("/api/v1/auth", auth),
    ("", control_resource),
    ("/traffic-allocations", traffic_resource),
    ("/api/v1/conversations", conversing),
    ("/api/v1/conversations", conversations),
    ("/analytics", analytics),
    ("/logs", logs),
)


def routers() -> list[APIRouter]:
    """Everything to include; the OpenAPI document describes the canonical paths only."""
    once = [resource(path) for path, resource in ONCE]
    everywhere = [resource(f"{prefix}{path}") for prefix in ("", "/v1") for path, resource in EVERYWHERE]
    return [login_sessions, *once, *everywhere]
