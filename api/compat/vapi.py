"""Vapi's own paths over our handlers, at / and at /v1, so that Vapi's SDKs work by changing the base URL."""

from datetime import date

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


def routers() -> list[APIRouter]:
    """Everything to include; the OpenAPI document describes the canonical paths only."""
    found: list[APIRouter] = [login_sessions, auth("/api/auth"), auth("/api/v1/auth")]
    found += [control_resource(""), traffic_resource("/traffic-allocations")]
    found += [conversing("/api/v1/conversations"), conversations("/api/v1/conversations")]
    for prefix in ("", "/v1"):
        found.append(all_drafts(f"{prefix}/assistant/draft"))
        found.append(assistants(f"{prefix}/assistant"))
        found.append(versions(f"{prefix}/assistant", "draft"))
        found.append(squads(f"{prefix}/squad"))
        found.append(chatting(f"{prefix}/chat"))
        found.append(chats(f"{prefix}/chat"))
        found.append(sessions(f"{prefix}/session"))
        found.append(tools(f"{prefix}/tool"))
        found.append(files(f"{prefix}/file"))
        found.append(knowledge_bases(f"{prefix}/v2/knowledge-base"))
        found.append(custom_knowledge_bases(f"{prefix}/knowledge-base"))
        found.append(uploads(f"{prefix}/file"))
        found.append(uploads(f"{prefix}/file/upload", **deprecated("/file", since=VAPI_ALIASES)))
        found.append(credentials(f"{prefix}/credential"))
        if not prefix:
            found.append(analytics("/analytics"))
            found.append(logs("/logs"))
        found.append(structured_output_runs(f"{prefix}/structured-output"))
        found.append(structured_outputs(f"{prefix}/structured-output"))
        found.append(tokens(f"{prefix}/token"))
        found.append(people(f"{prefix}/org"))
        found.append(organizations(f"{prefix}/org"))
        found.append(library(f"{prefix}/voice-library"))
        found.append(phone_numbers(f"{prefix}/phone-number"))
        found.append(paged_numbers(f"{prefix}/v2/phone-number"))
        found.append(paged_calls(f"{prefix}/v2/call"))
        vapi_calls = calls(f"{prefix}/call")
        said = deprecated(f"{prefix}/call", since=VAPI_ALIASES)
        vapi_calls.post("/phone", status_code=201, **said)(create)
        found.append(vapi_calls)
    return found
