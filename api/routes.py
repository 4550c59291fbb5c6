"""Every resource, one line each. The URL is the path: /v1/api-keys lives in api/v1/api_keys."""

from fastapi import FastAPI

from api import portal, reference
from api.compat import vapi
from api.http import health
from api.settings import ApiSettings
from api.v1.analytics.routes import queries as analytics_queries
from api.v1.analytics.routes import router as analytics
from api.v1.api_keys.routes import router as api_keys
from api.v1.artifacts.routes import router as artifacts
from api.v1.assistants.routes import router as assistants
from api.v1.audit.routes import router as audit_logs
from api.v1.calls.files import logs as call_logs
from api.v1.calls.members import router as engine_members
from api.v1.calls.pages import paged_router as paged_calls
from api.v1.calls.routes import live
from api.v1.calls.routes import router as calls
from api.v1.catalogue.routes import router as models
from api.v1.catalogue.routes import samples, voice_router
from api.v1.chats.routes import router as chats
from api.v1.chats.routes import talking as chatting
from api.v1.conversations.routes import router as conversations
from api.v1.conversations.routes import talking as conversing
from api.v1.credentials.routes import router as credentials
from api.v1.credentials.routes import trials
from api.v1.files.routes import router as files
from api.v1.files.routes import upload_router as file_uploads
from api.v1.invitations.page import router as invitation_page
from api.v1.invitations.routes import router as invitations
from api.v1.knowledge_bases.routes import custom_router as custom_knowledge_bases
from api.v1.knowledge_bases.routes import router as knowledge_bases
from api.v1.logs.routes import router as logs
from api.v1.members.roles import router as roles
from api.v1.members.routes import auth, members
from api.v1.organizations.routes import router as organizations
from api.v1.own_voices.routes import router as own_voices
from api.v1.own_voices.routes import vendor_router as own_voices_at_vendors
from api.v1.own_voices.wish import LARGEST_BODY
from api.v1.phone_numbers.routes import paged_router as paged_numbers
from api.v1.phone_numbers.routes import ringing
from api.v1.phone_numbers.routes import router as phone_numbers
from api.v1.sessions.routes import router as sessions
from api.v1.squads.routes import router as squads
from api.v1.squads.routes import talk
from api.v1.structured_outputs.routes import router as structured_outputs
from api.v1.structured_outputs.routes import running as structured_output_runs
from api.v1.tools.routes import router as tools
from api.v1.usage.routes import router as usage
from api.v1.versions.routes import drafts
from api.v1.versions.routes import router as versions
from api.v1.versions.routes import traffic as traffic_allocations
from api.v1.webhooks.routes import router as webhook_deliveries
from api.v1.webhooks.routes import secret_router as webhook_secret

_FORM = 64 * 1024  # bytes around the file in an upload


def larger_bodies(settings: ApiSettings) -> dict[str, int]:
    """The paths that take more than other paths do, in bytes."""
    uploads = ("/v1/files", "/file", "/file/upload", "/v1/file", "/v1/file/upload")
    return {"/v1/own-voices": LARGEST_BODY} | dict.fromkeys(uploads, settings.api_file_limit + _FORM)


def include(app: FastAPI) -> None:
    """Add all routers; FastAPI tries them in this order, so the busiest come first."""
    app.include_router(drafts)
    app.include_router(assistants)
    app.include_router(calls)
    app.include_router(live)
    app.include_router(engine_members)
    app.include_router(paged_calls)
    app.include_router(call_logs)
    app.include_router(phone_numbers)
    app.include_router(paged_numbers)
    app.include_router(ringing)
    app.include_router(squads)
    app.include_router(chatting)
    app.include_router(chats)
    app.include_router(sessions)
    app.include_router(conversing)
    app.include_router(conversations)
    app.include_router(tools)
    app.include_router(files)
    app.include_router(file_uploads)
    app.include_router(knowledge_bases)
    app.include_router(custom_knowledge_bases)
    app.include_router(talk)
    app.include_router(versions)
    app.include_router(traffic_allocations)
    app.include_router(trials)
    app.include_router(credentials)
    app.include_router(models)
    app.include_router(voice_router)
    app.include_router(samples)
    app.include_router(own_voices)
    app.include_router(own_voices_at_vendors)
    app.include_router(api_keys)
    app.include_router(members)
    app.include_router(auth)
    app.include_router(organizations)
    app.include_router(roles)
    app.include_router(invitations)
    app.include_router(invitation_page)
    app.include_router(audit_logs)
    app.include_router(health.router)
    app.include_router(artifacts)
    app.include_router(structured_output_runs)
    app.include_router(structured_outputs)
    app.include_router(usage)
    app.include_router(analytics)
    app.include_router(analytics_queries)
    app.include_router(logs)
    app.include_router(webhook_deliveries)
    app.include_router(webhook_secret)
    for router in vapi.routers():
        app.include_router(router, include_in_schema=False)
    reference.include(app)
    portal.include(app)
