"""Resources. Written by scripts/sdk-python from the OpenAPI document: do not edit."""

# ruff: noqa
from __future__ import annotations

from functools import cached_property
from typing import List, Unpack

from yingda._generated import objects as o
from yingda._generated import params as p
from yingda._live import AsyncLiveCalls as LiveCalls
from yingda._object import Object
from yingda._options import Options
from yingda._pages import AsyncPages
from yingda._resource import AsyncResource, path
from yingda._stream import AsyncStream, StreamEvent


class AsyncAnalytics(AsyncResource):
    """`/v1/analytics`."""

    async def get_latency(self, **given: Unpack[p.AnalyticsGetLatency]) -> o.Latency:
        """How long callers waited for answers: percentiles of mouth-to-ear and of its segments, in ms."""
        return await self._object("GET", "/v1/analytics/latency", o.Latency, given)

    async def get_vendors(self, **given: Unpack[p.AnalyticsGetVendors]) -> o.Vendors:
        """How vendors do in your calls: requests, failures by kind, percentiles of what callers wait for."""
        return await self._object("GET", "/v1/analytics/vendors", o.Vendors, given)

    async def query(self, **given: Unpack[p.AnalyticsQuery]) -> List[o.AnalyticsResult]:
        """Count, add up and compare calls: by time, by assistant, by how they ended."""
        return await self._objects("POST", "/v1/analytics", o.AnalyticsResult, given)


class AsyncApiKeys(AsyncResource):
    """`/v1/api-keys`."""

    async def create(self, **given: Unpack[p.ApiKeysCreate]) -> o.ApiKeyCreated:
        """Make a key. Its `value` is shown in this answer only."""
        return await self._object("POST", "/v1/api-keys", o.ApiKeyCreated, given)

    def list(self, **given: Unpack[p.ApiKeysList]) -> AsyncPages[o.ApiKeyRead]:
        """Keys, newest first, revoked ones included."""
        return self._pages("/v1/api-keys", o.ApiKeyRead, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.ApiKeyRead:
        """One key, without its value."""
        return await self._object(
            "GET", path("/v1/api-keys/{}", id), o.ApiKeyRead, {"options": options or {}}
        )

    async def update(self, id: str, **given: Unpack[p.ApiKeysUpdate]) -> o.ApiKeyRead:
        """Change name, scopes, expiry or restrictions."""
        return await self._object("PATCH", path("/v1/api-keys/{}", id), o.ApiKeyRead, given)

    async def delete(self, id: str, *, options: Options | None = None) -> o.ApiKeyRead:
        """Revoke the key at once and for good."""
        return await self._object(
            "DELETE", path("/v1/api-keys/{}", id), o.ApiKeyRead, {"options": options or {}}
        )

    async def rotate(self, id: str, **given: Unpack[p.ApiKeysRotate]) -> o.ApiKeyCreated:
        """Replace the value; the old one works until the overlap ends."""
        return await self._object("POST", path("/v1/api-keys/{}/rotate", id), o.ApiKeyCreated, given)


class AsyncAssistants(AsyncResource):
    """`/v1/assistants`."""

    def list_all_drafts(self, **given: Unpack[p.AssistantsListAllDrafts]) -> AsyncPages[o.Draft]:
        """All drafts of the organisation, newest first."""
        return self._pages("/v1/assistants/drafts", o.Draft, given)

    async def create(self, **given: Unpack[p.AssistantsCreate]) -> o.Assistant:
        """Create an assistant."""
        return await self._object("POST", "/v1/assistants", o.Assistant, given)

    def list(self, **given: Unpack[p.AssistantsList]) -> AsyncPages[o.Assistant]:
        """Assistants, newest first."""
        return self._pages("/v1/assistants", o.Assistant, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.Assistant:
        """One assistant."""
        return await self._object(
            "GET", path("/v1/assistants/{}", id), o.Assistant, {"options": options or {}}
        )

    async def update(self, id: str, **given: Unpack[p.AssistantsUpdate]) -> o.Assistant:
        """Replace the fields that are named, each as a whole; null removes one."""
        return await self._object("PATCH", path("/v1/assistants/{}", id), o.Assistant, given)

    async def delete(self, id: str, *, options: Options | None = None) -> o.Assistant:
        """Delete an assistant; answers what it was. Its calls stay."""
        return await self._object(
            "DELETE", path("/v1/assistants/{}", id), o.Assistant, {"options": options or {}}
        )

    def list_versions(self, id: str, **given: Unpack[p.AssistantsListVersions]) -> AsyncPages[o.Version]:
        """An assistant's versions, newest first, without their configurations."""
        return self._pages(path("/v1/assistants/{}/versions", id), o.Version, given)

    async def get_version(self, id: str, version: str, *, options: Options | None = None) -> o.Version:
        """One version with its configuration."""
        return await self._object(
            "GET", path("/v1/assistants/{}/versions/{}", id, version), o.Version, {"options": options or {}}
        )

    async def update_version(
        self, id: str, version: str, **given: Unpack[p.AssistantsUpdateVersion]
    ) -> o.Version:
        """Name and describe a version."""
        return await self._object(
            "PATCH", path("/v1/assistants/{}/versions/{}", id, version), o.Version, given
        )

    async def delete_version(self, id: str, version: str, *, options: Options | None = None) -> o.Version:
        """Delete an older version that takes no calls; answers what it was."""
        return await self._object(
            "DELETE",
            path("/v1/assistants/{}/versions/{}", id, version),
            o.Version,
            {"options": options or {}},
        )

    async def restore(self, id: str, version: str, *, options: Options | None = None) -> o.Assistant:
        """Publish an older version as the next one; answers the assistant."""
        return await self._object(
            "POST", path("/v1/assistants/{}/restore/{}", id, version), o.Assistant, {"options": options or {}}
        )

    async def create_draft(self, id: str, **given: Unpack[p.AssistantsCreateDraft]) -> o.Draft:
        """Begin a draft: the assistant as it is, with the named fields replaced. No call uses it."""
        return await self._object("POST", path("/v1/assistants/{}/drafts", id), o.Draft, given)

    def list_drafts(self, id: str, **given: Unpack[p.AssistantsListDrafts]) -> AsyncPages[o.Draft]:
        """An assistant's drafts, newest first."""
        return self._pages(path("/v1/assistants/{}/drafts", id), o.Draft, given)

    async def get_draft(self, id: str, draft_id: str, *, options: Options | None = None) -> o.Draft:
        """One draft."""
        return await self._object(
            "GET", path("/v1/assistants/{}/drafts/{}", id, draft_id), o.Draft, {"options": options or {}}
        )

    async def update_draft(self, id: str, draft_id: str, **given: Unpack[p.AssistantsUpdateDraft]) -> o.Draft:
        """Replace the fields that are named, each as a whole; null removes one."""
        return await self._object("PATCH", path("/v1/assistants/{}/drafts/{}", id, draft_id), o.Draft, given)

    async def delete_draft(self, id: str, draft_id: str, *, options: Options | None = None) -> o.Draft:
        """Drop a draft; answers what it was."""
        return await self._object(
            "DELETE", path("/v1/assistants/{}/drafts/{}", id, draft_id), o.Draft, {"options": options or {}}
        )

    async def publish_draft(
        self, id: str, draft_id: str, **given: Unpack[p.AssistantsPublishDraft]
    ) -> o.Assistant:
        """Make a draft the assistant's next version; answers the assistant."""
        return await self._object(
            "POST", path("/v1/assistants/{}/drafts/{}/publish", id, draft_id), o.Assistant, given
        )


class AsyncAuditLogs(AsyncResource):
    """`/v1/audit-logs`."""

    def list(self, **given: Unpack[p.AuditLogsList]) -> AsyncPages[o.AuditLog]:
        """Writes and refused writes, logins and failed logins, newest first."""
        return self._pages("/v1/audit-logs", o.AuditLog, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.AuditLog:
        """One entry."""
        return await self._object(
            "GET", path("/v1/audit-logs/{}", id), o.AuditLog, {"options": options or {}}
        )


class AsyncCallLogs(AsyncResource):
    """`/v1/call-logs`."""

    async def get(self, call_id: str, **given: Unpack[p.CallLogsGet]) -> bytes:
        """The log behind a signed URL: gzipped JSON lines. The URL's token is the authentication."""
        return await self._bytes("GET", path("/v1/call-logs/{}", call_id), given)


class AsyncCalls(LiveCalls):
    """`/v1/calls`."""

    async def create(self, **given: Unpack[p.CallsCreate]) -> o.Call:
        """Create a call. With `phoneNumberId` the customer is dialled (now, or when `schedulePlan` says), and each of `customers` is; otherwise the call waits ten minutes for its client at `transport.websocketCallUrl`."""
        return await self._object("POST", "/v1/calls", o.Call, given)

    async def create_batch(self, **given: Unpack[p.CallsCreateBatch]) -> o.CallBatch:
        """Create a call. With `phoneNumberId` the customer is dialled (now, or when `schedulePlan` says), and each of `customers` is; otherwise the call waits ten minutes for its client at `transport.websocketCallUrl`."""
        return await self._object("POST", "/v1/calls", o.CallBatch, given)

    def list(self, **given: Unpack[p.CallsList]) -> AsyncPages[o.Call]:
        """Calls, newest first."""
        return self._pages("/v1/calls", o.Call, given)

    async def create_web(self, **given: Unpack[p.CallsCreateWeb]) -> o.Call:
        """Create a call from a browser, with a public key; its client connects to `webCallUrl`."""
        return await self._object("POST", "/v1/calls/web", o.Call, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.Call:
        """One call, complete once its status is ended."""
        return await self._object("GET", path("/v1/calls/{}", id), o.Call, {"options": options or {}})

    async def update(self, id: str, **given: Unpack[p.CallsUpdate]) -> o.Call:
        """Rename a call."""
        return await self._object("PATCH", path("/v1/calls/{}", id), o.Call, given)

    async def delete(self, id: str, **given: Unpack[p.CallsDelete]) -> o.Call:
        """Erase a call's data and recording, and those of the calls in `ids`; a live call is ended first, a scheduled one is not dialled. Answers what it was."""
        return await self._object("DELETE", path("/v1/calls/{}", id), o.Call, given)

    async def get_mono_recording(self, id: str, *, options: Options | None = None) -> bytes:
        """Redirects to a signed URL of the recording in one channel."""
        return await self._bytes("GET", path("/v1/calls/{}/mono-recording", id), {"options": options or {}})

    async def get_stereo_recording(self, id: str, *, options: Options | None = None) -> bytes:
        """Redirects to a signed URL of the recording: caller left, assistant right."""
        return await self._bytes("GET", path("/v1/calls/{}/stereo-recording", id), {"options": options or {}})

    async def get_customer_recording(self, id: str, *, options: Options | None = None) -> bytes:
        """Redirects to a signed URL of the caller's side of the recording."""
        return await self._bytes(
            "GET", path("/v1/calls/{}/customer-recording", id), {"options": options or {}}
        )

    async def get_assistant_recording(self, id: str, *, options: Options | None = None) -> bytes:
        """Redirects to a signed URL of the assistant's side of the recording."""
        return await self._bytes(
            "GET", path("/v1/calls/{}/assistant-recording", id), {"options": options or {}}
        )

    async def get_video_recording(self, id: str, *, options: Options | None = None) -> bytes:
        """There are no video calls: always 404."""
        return await self._bytes("GET", path("/v1/calls/{}/video-recording", id), {"options": options or {}})

    async def get_pcap(self, id: str, *, options: Options | None = None) -> bytes:
        """Packets are not captured: always 404."""
        return await self._bytes("GET", path("/v1/calls/{}/pcap", id), {"options": options or {}})

    async def get_call_logs(self, id: str, *, options: Options | None = None) -> bytes:
        """Redirects to a signed URL of the call's log: its events as gzipped JSON lines, masked."""
        return await self._bytes("GET", path("/v1/calls/{}/call-logs", id), {"options": options or {}})

    def search(self, **given: Unpack[p.CallsSearch]) -> AsyncPages[o.Call]:
        """Calls in pages, by any of the filters together."""
        return self._pages("/v2/calls", o.Call, given)

    def search_metadata(self, **given: Unpack[p.CallsSearchMetadata]) -> AsyncPages[o.CallMetadata]:
        """The same, each call in a few words: no messages, no transcript, no artifact."""
        return self._pages("/v2/calls/metadata", o.CallMetadata, given)

    async def export(self, **given: Unpack[p.CallsExport]) -> Object:
        """Every call that satisfies the filters, as a CSV or JSON file."""
        return await self._object("GET", "/v2/calls/export", Object, given)


class AsyncChats(AsyncResource):
    """`/v1/chats`."""

    async def create(self, **given: Unpack[p.ChatsCreate]) -> o.Chat:
        """Send a message to an assistant or a squad and get its answer, whole or (`stream`) word by word. A stream has events `{id, sessionId, path, delta}` and ends with `[DONE]`; if the model fails on the way, with an event `error`. Of two messages to one session at once the second is refused with 409."""
        return await self._object("POST", "/v1/chats", o.Chat, given, fixed={"stream": False})

    def stream(self, **given: Unpack[p.ChatsCreate]) -> AsyncStream[StreamEvent]:
        """Send a message to an assistant or a squad and get its answer, whole or (`stream`) word by word. A stream has events `{id, sessionId, path, delta}` and ends with `[DONE]`; if the model fails on the way, with an event `error`. Of two messages to one session at once the second is refused with 409."""
        return self._stream("POST", "/v1/chats", given, fixed={"stream": True})

    def list(self, **given: Unpack[p.ChatsList]) -> AsyncPages[o.Chat]:
        """Chats, newest first, a page at a time."""
        return self._pages("/v1/chats", o.Chat, given)

    async def create_response(self, **given: Unpack[p.ChatsCreateResponse]) -> o.ResponseObject:
        """The same in the shape of OpenAI's Responses, for OpenAI's clients; streams by default."""
        return await self._object(
            "POST", "/v1/chats/responses", o.ResponseObject, given, fixed={"stream": False}
        )

    def stream_response(self, **given: Unpack[p.ChatsCreateResponse]) -> AsyncStream[StreamEvent]:
        """The same in the shape of OpenAI's Responses, for OpenAI's clients; streams by default."""
        return self._stream("POST", "/v1/chats/responses", given, fixed={"stream": True})

    async def create_web(self, **given: Unpack[p.ChatsCreateWeb]) -> o.WebChat:
        """Send a message from a web page, with a public key; the conversation goes on by its `sessionId`."""
        return await self._object("POST", "/v1/chats/web", o.WebChat, given, fixed={"stream": False})

    def stream_web(self, **given: Unpack[p.ChatsCreateWeb]) -> AsyncStream[StreamEvent]:
        """Send a message from a web page, with a public key; the conversation goes on by its `sessionId`."""
        return self._stream("POST", "/v1/chats/web", given, fixed={"stream": True})

    async def create_web_response(self, **given: Unpack[p.ChatsCreateWebResponse]) -> o.ResponseObject:
        """The same in the shape of OpenAI's Responses; streams by default."""
        return await self._object(
            "POST", "/v1/chats/web/responses", o.ResponseObject, given, fixed={"stream": False}
        )

    def stream_web_response(self, **given: Unpack[p.ChatsCreateWebResponse]) -> AsyncStream[StreamEvent]:
        """The same in the shape of OpenAI's Responses; streams by default."""
        return self._stream("POST", "/v1/chats/web/responses", given, fixed={"stream": True})

    async def get(self, id: str, *, options: Options | None = None) -> o.Chat:
        """One chat."""
        return await self._object("GET", path("/v1/chats/{}", id), o.Chat, {"options": options or {}})

    async def delete(self, id: str, *, options: Options | None = None) -> o.Chat:
        """Delete a chat; answers what it was. What was said stays in its session."""
        return await self._object("DELETE", path("/v1/chats/{}", id), o.Chat, {"options": options or {}})


class AsyncConversations(AsyncResource):
    """`/v1/conversations`."""

    async def create_message(self, id: str, **given: Unpack[p.ConversationsCreateMessage]) -> o.Answered:
        """Say something in a conversation and get the assistant's answer."""
        return await self._object("POST", path("/v1/conversations/{}/messages", id), o.Answered, given)

    def list_messages(
        self, id: str, **given: Unpack[p.ConversationsListMessages]
    ) -> AsyncPages[o.ConversationMessage]:
        """Messages of a conversation, in order."""
        return self._pages(path("/v1/conversations/{}/messages", id), o.ConversationMessage, given)

    async def create(self, **given: Unpack[p.ConversationsCreate]) -> o.Session:
        """Begin a conversation that goes on from chat to chat, and through calls."""
        return await self._object("POST", "/v1/conversations", o.Session, given)

    def list(self, **given: Unpack[p.ConversationsList]) -> AsyncPages[o.Session]:
        """Conversations, newest first, a page at a time."""
        return self._pages("/v1/conversations", o.Session, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.Session:
        """One conversation with its messages."""
        return await self._object(
            "GET", path("/v1/conversations/{}", id), o.Session, {"options": options or {}}
        )


class AsyncCredentials(AsyncResource):
    """`/v1/credentials`."""

    async def test_unsaved(self, **given: Unpack[p.CredentialsTestUnsaved]) -> o.Trial:
        """The same for a key that is not stored, and is not stored by this."""
        return await self._object("POST", "/v1/credentials/test", o.Trial, given)

    async def test(self, id: str, **given: Unpack[p.CredentialsTest]) -> o.Trial:
        """Does this key work? Every service of its provider is asked for its least; takes up to 15 s."""
        return await self._object("POST", path("/v1/credentials/{}/test", id), o.Trial, given)

    async def create(self, **given: Unpack[p.CredentialsCreate]) -> o.Credential:
        """Store a vendor's key, or how your own servers are shown who asks. Assistants of the organisation without a key of their own use a vendor's key from now on; a credential for servers is named by its id in `server.credentialId`."""
        return await self._object("POST", "/v1/credentials", o.Credential, given)

    def list(self, **given: Unpack[p.CredentialsList]) -> AsyncPages[o.Credential]:
        """Credentials, newest first, without their secrets."""
        return self._pages("/v1/credentials", o.Credential, given)

    async def list_providers(self, *, options: Options | None = None) -> List[o.ProviderFields]:
        """Which fields a credential of each provider has, so that a form can ask for them."""
        return await self._objects(
            "GET", "/v1/credentials/providers", o.ProviderFields, {"options": options or {}}
        )

    async def get(self, id: str, *, options: Options | None = None) -> o.Credential:
        """One credential, without its secrets."""
        return await self._object(
            "GET", path("/v1/credentials/{}", id), o.Credential, {"options": options or {}}
        )

    async def update(self, id: str, **given: Unpack[p.CredentialsUpdate]) -> o.Credential:
        """Replace the fields that are named; null removes one."""
        return await self._object("PATCH", path("/v1/credentials/{}", id), o.Credential, given)

    async def delete(self, id: str, *, options: Options | None = None) -> o.Credential:
        """Delete a credential; answers what it was. One that a `credentialId` names is a conflict."""
        return await self._object(
            "DELETE", path("/v1/credentials/{}", id), o.Credential, {"options": options or {}}
        )


class AsyncCustomKnowledgeBases(AsyncResource):
    """`/v1/custom-knowledge-bases`."""

    async def create(self, **given: Unpack[p.CustomKnowledgeBasesCreate]) -> o.StoredCustomKnowledgeBase:
        """Create a custom knowledge base: a server of yours that is asked by knowledge-base-request."""
        return await self._object("POST", "/v1/custom-knowledge-bases", o.StoredCustomKnowledgeBase, given)

    def list(self, **given: Unpack[p.CustomKnowledgeBasesList]) -> AsyncPages[o.StoredCustomKnowledgeBase]:
        """Custom knowledge bases, newest first."""
        return self._pages("/v1/custom-knowledge-bases", o.StoredCustomKnowledgeBase, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.StoredCustomKnowledgeBase:
        """One custom knowledge base."""
        return await self._object(
            "GET",
            path("/v1/custom-knowledge-bases/{}", id),
            o.StoredCustomKnowledgeBase,
            {"options": options or {}},
        )

    async def update(
        self, id: str, **given: Unpack[p.CustomKnowledgeBasesUpdate]
    ) -> o.StoredCustomKnowledgeBase:
        """Replace the fields that are named, each as a whole."""
        return await self._object(
            "PATCH", path("/v1/custom-knowledge-bases/{}", id), o.StoredCustomKnowledgeBase, given
        )

    async def delete(self, id: str, *, options: Options | None = None) -> o.StoredCustomKnowledgeBase:
        """Delete a custom knowledge base; answers what it was. 409 while an assistant or a squad names it."""
        return await self._object(
            "DELETE",
            path("/v1/custom-knowledge-bases/{}", id),
            o.StoredCustomKnowledgeBase,
            {"options": options or {}},
        )


class AsyncFiles(AsyncResource):
    """`/v1/files`."""

    def list(self, **given: Unpack[p.FilesList]) -> AsyncPages[o.File]:
        """Files, newest first."""
        return self._pages("/v1/files", o.File, given)

    async def create(self, **given: Unpack[p.FilesCreate]) -> o.File:
        """Upload a file. Its text is read afterwards: status is processing until that is done or has failed. Text, Markdown, CSV, JSON, XML, HTML, PDF and Word (.docx) have text; other files are kept as they are."""
        return await self._object("POST", "/v1/files", o.File, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.File:
        """One file, with fresh addresses to download it and its text."""
        return await self._object("GET", path("/v1/files/{}", id), o.File, {"options": options or {}})

    async def update(self, id: str, **given: Unpack[p.FilesUpdate]) -> o.File:
        """Rename a file, or replace its metadata."""
        return await self._object("PATCH", path("/v1/files/{}", id), o.File, given)

    async def delete(self, id: str, *, options: Options | None = None) -> o.File:
        """Delete a file; answers what it was. It leaves the knowledge bases it is in."""
        return await self._object("DELETE", path("/v1/files/{}", id), o.File, {"options": options or {}})


class AsyncInvitations(AsyncResource):
    """`/v1/invitations`."""

    async def accept(self, **given: Unpack[p.InvitationsAccept]) -> o.Tokens:
        """Choose name and password: you are a member and logged in. Needs no key but the invitation's token."""
        return await self._object("POST", "/v1/invitations/accept", o.Tokens, given)

    async def create(self, **given: Unpack[p.InvitationsCreate]) -> o.InvitationCreated:
        """Invite somebody; the answer has the link to send them. An earlier invitation of the address ends."""
        return await self._object("POST", "/v1/invitations", o.InvitationCreated, given)

    def list(self, **given: Unpack[p.InvitationsList]) -> AsyncPages[o.InvitationRead]:
        """Invitations, newest first."""
        return self._pages("/v1/invitations", o.InvitationRead, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.InvitationRead:
        """One invitation, without its link."""
        return await self._object(
            "GET", path("/v1/invitations/{}", id), o.InvitationRead, {"options": options or {}}
        )

    async def delete(self, id: str, *, options: Options | None = None) -> o.InvitationRead:
        """Revoke it: the link stops working."""
        return await self._object(
            "DELETE", path("/v1/invitations/{}", id), o.InvitationRead, {"options": options or {}}
        )


class AsyncKnowledgeBases(AsyncResource):
    """`/v1/knowledge-bases`."""

    async def create(self, **given: Unpack[p.KnowledgeBasesCreate]) -> o.HostedKnowledgeBase:
        """Create a knowledge base. Calls do not search its files yet; a custom knowledge base can be asked."""
        return await self._object("POST", "/v1/knowledge-bases", o.HostedKnowledgeBase, given)

    def list(self, **given: Unpack[p.KnowledgeBasesList]) -> AsyncPages[o.HostedKnowledgeBase]:
        """Knowledge bases with their files, newest first."""
        return self._pages("/v1/knowledge-bases", o.HostedKnowledgeBase, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.HostedKnowledgeBase:
        """One knowledge base with its files."""
        return await self._object(
            "GET", path("/v1/knowledge-bases/{}", id), o.HostedKnowledgeBase, {"options": options or {}}
        )

    async def update(self, id: str, **given: Unpack[p.KnowledgeBasesUpdate]) -> o.HostedKnowledgeBase:
        """Rename or describe a knowledge base."""
        return await self._object("PATCH", path("/v1/knowledge-bases/{}", id), o.HostedKnowledgeBase, given)

    async def delete(self, id: str, *, options: Options | None = None) -> o.HostedKnowledgeBase:
        """Delete a knowledge base; answers what it was. Its files stay."""
        return await self._object(
            "DELETE", path("/v1/knowledge-bases/{}", id), o.HostedKnowledgeBase, {"options": options or {}}
        )

    async def list_files(self, id: str, *, options: Options | None = None) -> List[o.AttachedFile]:
        """The files of a knowledge base, newest first."""
        return await self._objects(
            "GET", path("/v1/knowledge-bases/{}/files", id), o.AttachedFile, {"options": options or {}}
        )

    async def create_file(self, id: str, **given: Unpack[p.KnowledgeBasesCreateFile]) -> o.AttachedFile:
        """Put an uploaded file into a knowledge base. It is ready once its text has been read."""
        return await self._object("POST", path("/v1/knowledge-bases/{}/files", id), o.AttachedFile, given)

    async def delete_file(self, id: str, file_id: str, *, options: Options | None = None) -> o.AttachedFile:
        """Take a file out of a knowledge base; answers what it was there. The file itself stays."""
        return await self._object(
            "DELETE",
            path("/v1/knowledge-bases/{}/files/{}", id, file_id),
            o.AttachedFile,
            {"options": options or {}},
        )

    async def retry_file(self, id: str, file_id: str, *, options: Options | None = None) -> o.AttachedFile:
        """Read a file again that has failed."""
        return await self._object(
            "POST",
            path("/v1/knowledge-bases/{}/files/{}/retry", id, file_id),
            o.AttachedFile,
            {"options": options or {}},
        )


class AsyncLogs(AsyncResource):
    """`/v1/logs`."""

    def list(self, **given: Unpack[p.LogsList]) -> AsyncPages[o.LogEntry]:
        """What was written over the API, told to servers, and happened in calls, a page at a time. Entries of type API are there for those who may read the audit log."""
        return self._pages("/v1/logs", o.LogEntry, given)

    async def delete(self, **given: Unpack[p.LogsDelete]) -> o.Forgotten:
        """Forget messages to servers that are delivered or given up, and older than an hour."""
        return await self._object("DELETE", "/v1/logs", o.Forgotten, given, query=("type", "call_id"))


class AsyncMembers(AsyncResource):
    """`/v1/members`."""

    async def create(self, **given: Unpack[p.MembersCreate]) -> o.MemberRead:
        """Add a person to the organisation."""
        return await self._object("POST", "/v1/members", o.MemberRead, given)

    def list(self, **given: Unpack[p.MembersList]) -> AsyncPages[o.MemberRead]:
        """The people of the organisation, newest first."""
        return self._pages("/v1/members", o.MemberRead, given)

    async def delete_me(self, *, options: Options | None = None) -> o.MemberRead:
        """Leave the organisation oneself. Its last owner cannot."""
        return await self._object("DELETE", "/v1/members/me", o.MemberRead, {"options": options or {}})

    async def get(self, id: str, *, options: Options | None = None) -> o.MemberRead:
        """One person."""
        return await self._object("GET", path("/v1/members/{}", id), o.MemberRead, {"options": options or {}})

    async def update(self, id: str, **given: Unpack[p.MembersUpdate]) -> o.MemberRead:
        """Change name, role or password. A new role or password ends the person's logins."""
        return await self._object("PATCH", path("/v1/members/{}", id), o.MemberRead, given)

    async def delete(self, id: str, *, options: Options | None = None) -> o.MemberRead:
        """Remove a person and end their logins."""
        return await self._object(
            "DELETE", path("/v1/members/{}", id), o.MemberRead, {"options": options or {}}
        )


class AsyncModels(AsyncResource):
    """`/v1/models`."""

    async def list(self, **given: Unpack[p.ModelsList]) -> List[o.CatalogModel]:
        """Models of recognisers, language models and voices, with prices and whose key would be used."""
        return await self._objects("GET", "/v1/models", o.CatalogModel, given)


class AsyncOrganizations(AsyncResource):
    """`/v1/organizations`."""

    async def list(self, *, options: Options | None = None) -> List[o.Organization]:
        """The caller's organisation, alone: a key or a person belongs to one."""
        return await self._objects("GET", "/v1/organizations", o.Organization, {"options": options or {}})

    async def get(self, id: str, *, options: Options | None = None) -> o.Organization:
        """The caller's organisation, by its id or as `current`."""
        return await self._object(
            "GET", path("/v1/organizations/{}", id), o.Organization, {"options": options or {}}
        )

    async def update(self, id: str, **given: Unpack[p.OrganizationsUpdate]) -> o.Organization:
        """Replace the fields that are named, each as a whole; null returns one to its default."""
        return await self._object("PATCH", path("/v1/organizations/{}", id), o.Organization, given)

    async def make_signing_secret(self, id: str, *, options: Options | None = None) -> o.SigningSecret:
        """A new secret to sign JWT keys with, shown in this answer only. The one before works for a day."""
        return await self._object(
            "POST",
            path("/v1/organizations/{}/signing-secret", id),
            o.SigningSecret,
            {"options": options or {}},
        )

    async def delete_signing_secret(self, id: str, *, options: Options | None = None) -> o.Organization:
        """End all JWT keys of the organisation at once."""
        return await self._object(
            "DELETE",
            path("/v1/organizations/{}/signing-secret", id),
            o.Organization,
            {"options": options or {}},
        )


class AsyncOwnVoices(AsyncResource):
    """`/v1/own-voices`."""

    def list(self, **given: Unpack[p.OwnVoicesList]) -> AsyncPages[o.OwnVoice]:
        """Your own voices, newest first, as they were known last."""
        return self._pages("/v1/own-voices", o.OwnVoice, given)

    async def create(self, **given: Unpack[p.OwnVoicesCreate]) -> o.OwnVoice:
        """Copy a voice, with the consent of whose it is, or design one. The vendor bills each voice it makes. The body is JSON, or a form whose field `sample` is the file. An organisation has one voice of a name with each provider, so that a request that is sent twice makes no second one; with an Idempotency-Key it gets the same answer."""
        return await self._object("POST", "/v1/own-voices", o.OwnVoice, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.OwnVoice:
        """One of your own voices. While it is processing, its vendor is asked how it is."""
        return await self._object(
            "GET", path("/v1/own-voices/{}", id), o.OwnVoice, {"options": options or {}}
        )

    async def delete(self, id: str, **given: Unpack[p.OwnVoicesDelete]) -> o.OwnVoice:
        """Delete a voice, at its vendor too; answers what it was. With `force` it is deleted here in any case."""
        return await self._object(
            "DELETE", path("/v1/own-voices/{}", id), o.OwnVoice, given, query=("force",)
        )


class AsyncPhoneNumbers(AsyncResource):
    """`/v1/phone-numbers`."""

    async def create(self, **given: Unpack[p.PhoneNumbersCreate]) -> o.PhoneNumber:
        """Store a phone number: of your SIP trunk, or a SIP address of this installation."""
        return await self._object("POST", "/v1/phone-numbers", o.PhoneNumber, given)

    def list(self, **given: Unpack[p.PhoneNumbersList]) -> AsyncPages[o.PhoneNumber]:
        """Phone numbers, newest first."""
        return self._pages("/v1/phone-numbers", o.PhoneNumber, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.PhoneNumber:
        """One phone number."""
        return await self._object(
            "GET", path("/v1/phone-numbers/{}", id), o.PhoneNumber, {"options": options or {}}
        )

    async def update(self, id: str, **given: Unpack[p.PhoneNumbersUpdate]) -> o.PhoneNumber:
        """Replace the fields that are named, each as a whole; null removes one."""
        return await self._object("PATCH", path("/v1/phone-numbers/{}", id), o.PhoneNumber, given)

    async def delete(self, id: str, *, options: Options | None = None) -> o.PhoneNumber:
        """Delete a phone number; answers what it was. Its calls stay."""
        return await self._object(
            "DELETE", path("/v1/phone-numbers/{}", id), o.PhoneNumber, {"options": options or {}}
        )

    def search(self, **given: Unpack[p.PhoneNumbersSearch]) -> AsyncPages[o.PhoneNumber]:
        """Phone numbers in pages; `search` looks into number, SIP address and name."""
        return self._pages("/v2/phone-numbers", o.PhoneNumber, given)

    async def ring(self, id: str, **given: Unpack[p.PhoneNumbersRing]) -> o.Call:
        """Play an inbound call: it is routed like one from the telephone network, and talks over the WebSocket at `transport.websocketCallUrl`. A call that nobody takes is answered as ended, with its endedReason."""
        return await self._object("POST", path("/v1/phone-numbers/{}/ring", id), o.Call, given)


class AsyncRoles(AsyncResource):
    """`/v1/roles`."""

    async def get(self, *, options: Options | None = None) -> o.Roles:
        """The roles there are and what each may do."""
        return await self._object("GET", "/v1/roles", o.Roles, {"options": options or {}})


class AsyncSessions(AsyncResource):
    """`/v1/sessions`."""

    async def create(self, **given: Unpack[p.SessionsCreate]) -> o.Session:
        """Begin a conversation that goes on from chat to chat, and through calls."""
        return await self._object("POST", "/v1/sessions", o.Session, given)

    def list(self, **given: Unpack[p.SessionsList]) -> AsyncPages[o.Session]:
        """Sessions, newest first, a page at a time."""
        return self._pages("/v1/sessions", o.Session, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.Session:
        """One session with its messages."""
        return await self._object("GET", path("/v1/sessions/{}", id), o.Session, {"options": options or {}})

    async def update(self, id: str, **given: Unpack[p.SessionsUpdate]) -> o.Session:
        """Replace the fields that are named; `messages` replaces all that was said."""
        return await self._object("PATCH", path("/v1/sessions/{}", id), o.Session, given)

    async def delete(self, id: str, *, options: Options | None = None) -> o.Session:
        """Delete a session with its messages and chats; answers what it was."""
        return await self._object(
            "DELETE", path("/v1/sessions/{}", id), o.Session, {"options": options or {}}
        )


class AsyncSquads(AsyncResource):
    """`/v1/squads`."""

    async def create(self, **given: Unpack[p.SquadsCreate]) -> o.Squad:
        """Create a squad."""
        return await self._object("POST", "/v1/squads", o.Squad, given)

    def list(self, **given: Unpack[p.SquadsList]) -> AsyncPages[o.Squad]:
        """Squads, newest first."""
        return self._pages("/v1/squads", o.Squad, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.Squad:
        """One squad."""
        return await self._object("GET", path("/v1/squads/{}", id), o.Squad, {"options": options or {}})

    async def update(self, id: str, **given: Unpack[p.SquadsUpdate]) -> o.Squad:
        """Replace the fields that are named, each as a whole; null removes one."""
        return await self._object("PATCH", path("/v1/squads/{}", id), o.Squad, given)

    async def delete(self, id: str, *, options: Options | None = None) -> o.Squad:
        """Delete a squad; answers what it was. Its calls stay, its conversations in text go."""
        return await self._object("DELETE", path("/v1/squads/{}", id), o.Squad, {"options": options or {}})

    async def execute(self, id: str, **given: Unpack[p.SquadsExecute]) -> o.Executed:
        """Send a squad a message in text: it is routed, answered, and handed over if the model asks for it. The conversation goes on with the answer's `sessionId`; it is forgotten a day after its last message."""
        return await self._object("POST", path("/v1/squads/{}/execute", id), o.Executed, given)


class AsyncStructuredOutputs(AsyncResource):
    """`/v1/structured-outputs`."""

    async def run(self, **given: Unpack[p.StructuredOutputsRun]) -> o.StructuredOutput:
        """Draw a structured output from calls that are over. Without previewEnabled a worker does it and the calls show it shortly after; with it `results` holds what was found, by call id, and nothing is stored."""
        return await self._object("POST", "/v1/structured-outputs/run", o.StructuredOutput, given)

    async def create(self, **given: Unpack[p.StructuredOutputsCreate]) -> o.StructuredOutput:
        """Create a structured output."""
        return await self._object("POST", "/v1/structured-outputs", o.StructuredOutput, given)

    def list(self, **given: Unpack[p.StructuredOutputsList]) -> AsyncPages[o.StructuredOutput]:
        """Structured outputs, newest first, a page at a time."""
        return self._pages("/v1/structured-outputs", o.StructuredOutput, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.StructuredOutput:
        """One structured output."""
        return await self._object(
            "GET", path("/v1/structured-outputs/{}", id), o.StructuredOutput, {"options": options or {}}
        )

    async def update(self, id: str, **given: Unpack[p.StructuredOutputsUpdate]) -> o.StructuredOutput:
        """Replace the fields that are named, each as a whole; null removes one."""
        return await self._object(
            "PATCH",
            path("/v1/structured-outputs/{}", id),
            o.StructuredOutput,
            given,
            query=("schema_override",),
        )

    async def delete(self, id: str, *, options: Options | None = None) -> o.StructuredOutput:
        """Delete a structured output; answers what it was. Results in calls stay."""
        return await self._object(
            "DELETE", path("/v1/structured-outputs/{}", id), o.StructuredOutput, {"options": options or {}}
        )


class AsyncTools(AsyncResource):
    """`/v1/tools`."""

    async def create(self, **given: Unpack[p.ToolsCreate]) -> o.StoredTool:
        """Create a tool. Assistants use it by its id in `model.toolIds`."""
        return await self._object("POST", "/v1/tools", o.StoredTool, given)

    def list(self, **given: Unpack[p.ToolsList]) -> AsyncPages[o.StoredTool]:
        """Tools, newest first."""
        return self._pages("/v1/tools", o.StoredTool, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.StoredTool:
        """One tool."""
        return await self._object("GET", path("/v1/tools/{}", id), o.StoredTool, {"options": options or {}})

    async def update(self, id: str, *, options: Options | None = None) -> o.StoredTool:
        """Replace the fields that are named, each as a whole; null removes one. Calls that run keep the old."""
        return await self._object("PATCH", path("/v1/tools/{}", id), o.StoredTool, {"options": options or {}})

    async def delete(self, id: str, *, options: Options | None = None) -> o.StoredTool:
        """Delete a tool; answers what it was. 409 with `references` while an assistant or a squad names it."""
        return await self._object(
            "DELETE", path("/v1/tools/{}", id), o.StoredTool, {"options": options or {}}
        )


class AsyncTrafficAllocations(AsyncResource):
    """`/v1/traffic-allocations`."""

    async def create(self, **given: Unpack[p.TrafficAllocationsCreate]) -> o.TrafficAllocation:
        """Split an assistant's calls between its versions, from now on. A caller's number keeps its version."""
        return await self._object("POST", "/v1/traffic-allocations", o.TrafficAllocation, given)

    def list(self, **given: Unpack[p.TrafficAllocationsList]) -> AsyncPages[o.TrafficAllocation]:
        """How calls were split, newest decision first."""
        return self._pages("/v1/traffic-allocations", o.TrafficAllocation, given)

    async def get_latest(self, **given: Unpack[p.TrafficAllocationsGetLatest]) -> o.TrafficAllocation:
        """The decision in force for an assistant."""
        return await self._object("GET", "/v1/traffic-allocations/latest", o.TrafficAllocation, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.TrafficAllocation:
        """One decision."""
        return await self._object(
            "GET", path("/v1/traffic-allocations/{}", id), o.TrafficAllocation, {"options": options or {}}
        )


class AsyncUsage(AsyncResource):
    """`/v1/usage`."""

    def list(self, **given: Unpack[p.UsageList]) -> AsyncPages[o.UsageRead]:
        """What was used and what it cost, newest first."""
        return self._pages("/v1/usage", o.UsageRead, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.UsageRead:
        """One record."""
        return await self._object("GET", path("/v1/usage/{}", id), o.UsageRead, {"options": options or {}})


class AsyncVoices(AsyncResource):
    """`/v1/voices`."""

    def list(self, **given: Unpack[p.VoicesList]) -> AsyncPages[o.CatalogVoice]:
        """Voices with language, gender, styles, a sample and prices. Others of a vendor may be named too."""
        return self._pages("/v1/voices", o.CatalogVoice, given)

    async def get_sample(self, id: str, *, options: Options | None = None) -> bytes:
        """How a voice sounds: a WAV, made with the vendor when somebody first asks and kept."""
        return await self._bytes("GET", path("/v1/voices/{}/sample", id), {"options": options or {}})


class AsyncWebhookDeliveries(AsyncResource):
    """`/v1/webhook-deliveries`."""

    def list(self, **given: Unpack[p.WebhookDeliveriesList]) -> AsyncPages[o.DeliveryRead]:
        """Messages to your servers, newest first."""
        return self._pages("/v1/webhook-deliveries", o.DeliveryRead, given)

    async def get(self, id: str, *, options: Options | None = None) -> o.DeliveryWithPayload:
        """One message with its payload and attempts."""
        return await self._object(
            "GET", path("/v1/webhook-deliveries/{}", id), o.DeliveryWithPayload, {"options": options or {}}
        )

    async def replay_all(self, **given: Unpack[p.WebhookDeliveriesReplayAll]) -> o.Replayed:
        """Send all settled deliveries again that match, oldest first: by default those that were given up."""
        return await self._object("POST", "/v1/webhook-deliveries/replay", o.Replayed, given)

    async def replay(self, id: str, *, options: Options | None = None) -> o.DeliveryRead:
        """Send it again. One that is still under way is a conflict."""
        return await self._object(
            "POST", path("/v1/webhook-deliveries/{}/replay", id), o.DeliveryRead, {"options": options or {}}
        )


class AsyncWebhookSecret(AsyncResource):
    """`/v1/webhook-secret`."""

    async def get(self, *, options: Options | None = None) -> o.SecretRead:
        """The secret to verify signatures with."""
        return await self._object("GET", "/v1/webhook-secret", o.SecretRead, {"options": options or {}})

    async def rotate(self, *, options: Options | None = None) -> o.SecretRead:
        """A new secret. For 24 hours messages carry a signature with the old one too."""
        return await self._object(
            "POST", "/v1/webhook-secret/rotate", o.SecretRead, {"options": options or {}}
        )


class AsyncResources(AsyncResource):
    """All of them."""

    @cached_property
    def analytics(self) -> AsyncAnalytics:
        """`/v1/analytics`."""
        return AsyncAnalytics(self._http)

    @cached_property
    def api_keys(self) -> AsyncApiKeys:
        """`/v1/api-keys`."""
        return AsyncApiKeys(self._http)

    @cached_property
    def assistants(self) -> AsyncAssistants:
        """`/v1/assistants`."""
        return AsyncAssistants(self._http)

    @cached_property
    def audit_logs(self) -> AsyncAuditLogs:
        """`/v1/audit-logs`."""
        return AsyncAuditLogs(self._http)

    @cached_property
    def call_logs(self) -> AsyncCallLogs:
        """`/v1/call-logs`."""
        return AsyncCallLogs(self._http)

    @cached_property
    def calls(self) -> AsyncCalls:
        """`/v1/calls`."""
        return AsyncCalls(self._http)

    @cached_property
    def chats(self) -> AsyncChats:
        """`/v1/chats`."""
        return AsyncChats(self._http)

    @cached_property
    def conversations(self) -> AsyncConversations:
        """`/v1/conversations`."""
        return AsyncConversations(self._http)

    @cached_property
    def credentials(self) -> AsyncCredentials:
        """`/v1/credentials`."""
        return AsyncCredentials(self._http)

    @cached_property
    def custom_knowledge_bases(self) -> AsyncCustomKnowledgeBases:
        """`/v1/custom-knowledge-bases`."""
        return AsyncCustomKnowledgeBases(self._http)

    @cached_property
    def files(self) -> AsyncFiles:
        """`/v1/files`."""
        return AsyncFiles(self._http)

    @cached_property
    def invitations(self) -> AsyncInvitations:
        """`/v1/invitations`."""
        return AsyncInvitations(self._http)

    @cached_property
    def knowledge_bases(self) -> AsyncKnowledgeBases:
        """`/v1/knowledge-bases`."""
        return AsyncKnowledgeBases(self._http)

    @cached_property
    def logs(self) -> AsyncLogs:
        """`/v1/logs`."""
        return AsyncLogs(self._http)

    @cached_property
    def members(self) -> AsyncMembers:
        """`/v1/members`."""
        return AsyncMembers(self._http)

    @cached_property
    def models(self) -> AsyncModels:
        """`/v1/models`."""
        return AsyncModels(self._http)

    @cached_property
    def organizations(self) -> AsyncOrganizations:
        """`/v1/organizations`."""
        return AsyncOrganizations(self._http)

    @cached_property
    def own_voices(self) -> AsyncOwnVoices:
        """`/v1/own-voices`."""
        return AsyncOwnVoices(self._http)

    @cached_property
    def phone_numbers(self) -> AsyncPhoneNumbers:
        """`/v1/phone-numbers`."""
        return AsyncPhoneNumbers(self._http)

    @cached_property
    def roles(self) -> AsyncRoles:
        """`/v1/roles`."""
        return AsyncRoles(self._http)

    @cached_property
    def sessions(self) -> AsyncSessions:
        """`/v1/sessions`."""
        return AsyncSessions(self._http)

    @cached_property
    def squads(self) -> AsyncSquads:
        """`/v1/squads`."""
        return AsyncSquads(self._http)

    @cached_property
    def structured_outputs(self) -> AsyncStructuredOutputs:
        """`/v1/structured-outputs`."""
        return AsyncStructuredOutputs(self._http)

    @cached_property
    def tools(self) -> AsyncTools:
        """`/v1/tools`."""
        return AsyncTools(self._http)

    @cached_property
    def traffic_allocations(self) -> AsyncTrafficAllocations:
        """`/v1/traffic-allocations`."""
        return AsyncTrafficAllocations(self._http)

    @cached_property
    def usage(self) -> AsyncUsage:
        """`/v1/usage`."""
        return AsyncUsage(self._http)

    @cached_property
    def voices(self) -> AsyncVoices:
        """`/v1/voices`."""
        return AsyncVoices(self._http)

    @cached_property
    def webhook_deliveries(self) -> AsyncWebhookDeliveries:
        """`/v1/webhook-deliveries`."""
        return AsyncWebhookDeliveries(self._http)

    @cached_property
    def webhook_secret(self) -> AsyncWebhookSecret:
        """`/v1/webhook-secret`."""
        return AsyncWebhookSecret(self._http)
