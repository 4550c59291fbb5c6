"""Resources. Written by scripts/sdk-python from the OpenAPI document: do not edit."""

# ruff: noqa
from __future__ import annotations

from functools import cached_property
from typing import List, Unpack

from yingda._generated import objects as o
from yingda._generated import params as p
from yingda._live import LiveCalls as LiveCalls
from yingda._object import Object
from yingda._options import Options
from yingda._pages import Pages
from yingda._resource import Resource, path
from yingda._stream import Stream, StreamEvent


class Analytics(Resource):
    """`/v1/analytics`."""

    def get_latency(self, **given: Unpack[p.AnalyticsGetLatency]) -> o.Latency:
        """How long callers waited for answers: percentiles of mouth-to-ear and of its segments, in ms."""
        return self._object("GET", "/v1/analytics/latency", o.Latency, given)

    def get_vendors(self, **given: Unpack[p.AnalyticsGetVendors]) -> o.Vendors:
        """How vendors do in your calls: requests, failures by kind, percentiles of what callers wait for."""
        return self._object("GET", "/v1/analytics/vendors", o.Vendors, given)

    def query(self, **given: Unpack[p.AnalyticsQuery]) -> List[o.AnalyticsResult]:
        """Count, add up and compare calls: by time, by assistant, by how they ended."""
        return self._objects("POST", "/v1/analytics", o.AnalyticsResult, given)


class ApiKeys(Resource):
    """`/v1/api-keys`."""

    def create(self, **given: Unpack[p.ApiKeysCreate]) -> o.ApiKeyCreated:
        """Make a key. Its `value` is shown in this answer only."""
        return self._object("POST", "/v1/api-keys", o.ApiKeyCreated, given)

    def list(self, **given: Unpack[p.ApiKeysList]) -> Pages[o.ApiKeyRead]:
        """Keys, newest first, revoked ones included."""
        return self._pages("/v1/api-keys", o.ApiKeyRead, given)

    def get(self, id: str, *, options: Options | None = None) -> o.ApiKeyRead:
        """One key, without its value."""
        return self._object("GET", path("/v1/api-keys/{}", id), o.ApiKeyRead, {"options": options or {}})

    def update(self, id: str, **given: Unpack[p.ApiKeysUpdate]) -> o.ApiKeyRead:
        """Change name, scopes, expiry or restrictions."""
        return self._object("PATCH", path("/v1/api-keys/{}", id), o.ApiKeyRead, given)

    def delete(self, id: str, *, options: Options | None = None) -> o.ApiKeyRead:
        """Revoke the key at once and for good."""
        return self._object("DELETE", path("/v1/api-keys/{}", id), o.ApiKeyRead, {"options": options or {}})

    def rotate(self, id: str, **given: Unpack[p.ApiKeysRotate]) -> o.ApiKeyCreated:
        """Replace the value; the old one works until the overlap ends."""
        return self._object("POST", path("/v1/api-keys/{}/rotate", id), o.ApiKeyCreated, given)


class Assistants(Resource):
    """`/v1/assistants`."""

    def list_all_drafts(self, **given: Unpack[p.AssistantsListAllDrafts]) -> Pages[o.Draft]:
        """All drafts of the organisation, newest first."""
        return self._pages("/v1/assistants/drafts", o.Draft, given)

    def create(self, **given: Unpack[p.AssistantsCreate]) -> o.Assistant:
        """Create an assistant."""
        return self._object("POST", "/v1/assistants", o.Assistant, given)

    def list(self, **given: Unpack[p.AssistantsList]) -> Pages[o.Assistant]:
        """Assistants, newest first."""
        return self._pages("/v1/assistants", o.Assistant, given)

    def get(self, id: str, *, options: Options | None = None) -> o.Assistant:
        """One assistant."""
        return self._object("GET", path("/v1/assistants/{}", id), o.Assistant, {"options": options or {}})

    def update(self, id: str, **given: Unpack[p.AssistantsUpdate]) -> o.Assistant:
        """Replace the fields that are named, each as a whole; null removes one."""
        return self._object("PATCH", path("/v1/assistants/{}", id), o.Assistant, given)

    def delete(self, id: str, *, options: Options | None = None) -> o.Assistant:
        """Delete an assistant; answers what it was. Its calls stay."""
        return self._object("DELETE", path("/v1/assistants/{}", id), o.Assistant, {"options": options or {}})

    def list_versions(self, id: str, **given: Unpack[p.AssistantsListVersions]) -> Pages[o.Version]:
        """An assistant's versions, newest first, without their configurations."""
        return self._pages(path("/v1/assistants/{}/versions", id), o.Version, given)

    def get_version(self, id: str, version: str, *, options: Options | None = None) -> o.Version:
        """One version with its configuration."""
        return self._object(
            "GET", path("/v1/assistants/{}/versions/{}", id, version), o.Version, {"options": options or {}}
        )

    def update_version(self, id: str, version: str, **given: Unpack[p.AssistantsUpdateVersion]) -> o.Version:
        """Name and describe a version."""
        return self._object("PATCH", path("/v1/assistants/{}/versions/{}", id, version), o.Version, given)

    def delete_version(self, id: str, version: str, *, options: Options | None = None) -> o.Version:
        """Delete an older version that takes no calls; answers what it was."""
        return self._object(
            "DELETE",
            path("/v1/assistants/{}/versions/{}", id, version),
            o.Version,
            {"options": options or {}},
        )

    def restore(self, id: str, version: str, *, options: Options | None = None) -> o.Assistant:
        """Publish an older version as the next one; answers the assistant."""
        return self._object(
            "POST", path("/v1/assistants/{}/restore/{}", id, version), o.Assistant, {"options": options or {}}
        )

    def create_draft(self, id: str, **given: Unpack[p.AssistantsCreateDraft]) -> o.Draft:
        """Begin a draft: the assistant as it is, with the named fields replaced. No call uses it."""
        return self._object("POST", path("/v1/assistants/{}/drafts", id), o.Draft, given)

    def list_drafts(self, id: str, **given: Unpack[p.AssistantsListDrafts]) -> Pages[o.Draft]:
        """An assistant's drafts, newest first."""
        return self._pages(path("/v1/assistants/{}/drafts", id), o.Draft, given)

    def get_draft(self, id: str, draft_id: str, *, options: Options | None = None) -> o.Draft:
        """One draft."""
        return self._object(
            "GET", path("/v1/assistants/{}/drafts/{}", id, draft_id), o.Draft, {"options": options or {}}
        )

    def update_draft(self, id: str, draft_id: str, **given: Unpack[p.AssistantsUpdateDraft]) -> o.Draft:
        """Replace the fields that are named, each as a whole; null removes one."""
        return self._object("PATCH", path("/v1/assistants/{}/drafts/{}", id, draft_id), o.Draft, given)

    def delete_draft(self, id: str, draft_id: str, *, options: Options | None = None) -> o.Draft:
        """Drop a draft; answers what it was."""
        return self._object(
            "DELETE", path("/v1/assistants/{}/drafts/{}", id, draft_id), o.Draft, {"options": options or {}}
        )

    def publish_draft(self, id: str, draft_id: str, **given: Unpack[p.AssistantsPublishDraft]) -> o.Assistant:
        """Make a draft the assistant's next version; answers the assistant."""
        return self._object(
            "POST", path("/v1/assistants/{}/drafts/{}/publish", id, draft_id), o.Assistant, given
        )


class AuditLogs(Resource):
    """`/v1/audit-logs`."""

    def list(self, **given: Unpack[p.AuditLogsList]) -> Pages[o.AuditLog]:
        """Writes and refused writes, logins and failed logins, newest first."""
        return self._pages("/v1/audit-logs", o.AuditLog, given)

    def get(self, id: str, *, options: Options | None = None) -> o.AuditLog:
        """One entry."""
        return self._object("GET", path("/v1/audit-logs/{}", id), o.AuditLog, {"options": options or {}})


class CallLogs(Resource):
    """`/v1/call-logs`."""

    def get(self, call_id: str, **given: Unpack[p.CallLogsGet]) -> bytes:
        """The log behind a signed URL: gzipped JSON lines. The URL's token is the authentication."""
        return self._bytes("GET", path("/v1/call-logs/{}", call_id), given)


class Calls(LiveCalls):
    """`/v1/calls`."""

    def create(self, **given: Unpack[p.CallsCreate]) -> o.Call:
        """Create a call. With `phoneNumberId` the customer is dialled (now, or when `schedulePlan` says), and each of `customers` is; otherwise the call waits ten minutes for its client at `transport.websocketCallUrl`."""
        return self._object("POST", "/v1/calls", o.Call, given)

    def create_batch(self, **given: Unpack[p.CallsCreateBatch]) -> o.CallBatch:
        """Create a call. With `phoneNumberId` the customer is dialled (now, or when `schedulePlan` says), and each of `customers` is; otherwise the call waits ten minutes for its client at `transport.websocketCallUrl`."""
        return self._object("POST", "/v1/calls", o.CallBatch, given)

    def list(self, **given: Unpack[p.CallsList]) -> Pages[o.Call]:
        """Calls, newest first."""
        return self._pages("/v1/calls", o.Call, given)

    def create_web(self, **given: Unpack[p.CallsCreateWeb]) -> o.Call:
        """Create a call from a browser, with a public key; its client connects to `webCallUrl`."""
        return self._object("POST", "/v1/calls/web", o.Call, given)

    def get(self, id: str, *, options: Options | None = None) -> o.Call:
        """One call, complete once its status is ended."""
        return self._object("GET", path("/v1/calls/{}", id), o.Call, {"options": options or {}})

    def update(self, id: str, **given: Unpack[p.CallsUpdate]) -> o.Call:
        """Rename a call."""
        return self._object("PATCH", path("/v1/calls/{}", id), o.Call, given)

    def delete(self, id: str, **given: Unpack[p.CallsDelete]) -> o.Call:
        """Erase a call's data and recording, and those of the calls in `ids`; a live call is ended first, a scheduled one is not dialled. Answers what it was."""
        return self._object("DELETE", path("/v1/calls/{}", id), o.Call, given)

    def get_mono_recording(self, id: str, *, options: Options | None = None) -> bytes:
        """Redirects to a signed URL of the recording in one channel."""
        return self._bytes("GET", path("/v1/calls/{}/mono-recording", id), {"options": options or {}})

    def get_stereo_recording(self, id: str, *, options: Options | None = None) -> bytes:
        """Redirects to a signed URL of the recording: caller left, assistant right."""
        return self._bytes("GET", path("/v1/calls/{}/stereo-recording", id), {"options": options or {}})

    def get_customer_recording(self, id: str, *, options: Options | None = None) -> bytes:
        """Redirects to a signed URL of the caller's side of the recording."""
        return self._bytes("GET", path("/v1/calls/{}/customer-recording", id), {"options": options or {}})

    def get_assistant_recording(self, id: str, *, options: Options | None = None) -> bytes:
        """Redirects to a signed URL of the assistant's side of the recording."""
        return self._bytes("GET", path("/v1/calls/{}/assistant-recording", id), {"options": options or {}})

    def get_video_recording(self, id: str, *, options: Options | None = None) -> bytes:
        """There are no video calls: always 404."""
        return self._bytes("GET", path("/v1/calls/{}/video-recording", id), {"options": options or {}})

    def get_pcap(self, id: str, *, options: Options | None = None) -> bytes:
        """Packets are not captured: always 404."""
        return self._bytes("GET", path("/v1/calls/{}/pcap", id), {"options": options or {}})

    def get_call_logs(self, id: str, *, options: Options | None = None) -> bytes:
        """Redirects to a signed URL of the call's log: its events as gzipped JSON lines, masked."""
        return self._bytes("GET", path("/v1/calls/{}/call-logs", id), {"options": options or {}})

    def search(self, **given: Unpack[p.CallsSearch]) -> Pages[o.Call]:
        """Calls in pages, by any of the filters together."""
        return self._pages("/v2/calls", o.Call, given)

    def search_metadata(self, **given: Unpack[p.CallsSearchMetadata]) -> Pages[o.CallMetadata]:
        """The same, each call in a few words: no messages, no transcript, no artifact."""
        return self._pages("/v2/calls/metadata", o.CallMetadata, given)

    def export(self, **given: Unpack[p.CallsExport]) -> Object:
        """Every call that satisfies the filters, as a CSV or JSON file."""
        return self._object("GET", "/v2/calls/export", Object, given)


class Chats(Resource):
    """`/v1/chats`."""

    def create(self, **given: Unpack[p.ChatsCreate]) -> o.Chat:
        """Send a message to an assistant or a squad and get its answer, whole or (`stream`) word by word. A stream has events `{id, sessionId, path, delta}` and ends with `[DONE]`; if the model fails on the way, with an event `error`. Of two messages to one session at once the second is refused with 409."""
        return self._object("POST", "/v1/chats", o.Chat, given, fixed={"stream": False})

    def stream(self, **given: Unpack[p.ChatsCreate]) -> Stream[StreamEvent]:
        """Send a message to an assistant or a squad and get its answer, whole or (`stream`) word by word. A stream has events `{id, sessionId, path, delta}` and ends with `[DONE]`; if the model fails on the way, with an event `error`. Of two messages to one session at once the second is refused with 409."""
        return self._stream("POST", "/v1/chats", given, fixed={"stream": True})

    def list(self, **given: Unpack[p.ChatsList]) -> Pages[o.Chat]:
        """Chats, newest first, a page at a time."""
        return self._pages("/v1/chats", o.Chat, given)

    def create_response(self, **given: Unpack[p.ChatsCreateResponse]) -> o.ResponseObject:
        """The same in the shape of OpenAI's Responses, for OpenAI's clients; streams by default."""
        return self._object("POST", "/v1/chats/responses", o.ResponseObject, given, fixed={"stream": False})

    def stream_response(self, **given: Unpack[p.ChatsCreateResponse]) -> Stream[StreamEvent]:
        """The same in the shape of OpenAI's Responses, for OpenAI's clients; streams by default."""
        return self._stream("POST", "/v1/chats/responses", given, fixed={"stream": True})

    def create_web(self, **given: Unpack[p.ChatsCreateWeb]) -> o.WebChat:
        """Send a message from a web page, with a public key; the conversation goes on by its `sessionId`."""
        return self._object("POST", "/v1/chats/web", o.WebChat, given, fixed={"stream": False})

    def stream_web(self, **given: Unpack[p.ChatsCreateWeb]) -> Stream[StreamEvent]:
        """Send a message from a web page, with a public key; the conversation goes on by its `sessionId`."""
        return self._stream("POST", "/v1/chats/web", given, fixed={"stream": True})

    def create_web_response(self, **given: Unpack[p.ChatsCreateWebResponse]) -> o.ResponseObject:
        """The same in the shape of OpenAI's Responses; streams by default."""
        return self._object(
            "POST", "/v1/chats/web/responses", o.ResponseObject, given, fixed={"stream": False}
        )

    def stream_web_response(self, **given: Unpack[p.ChatsCreateWebResponse]) -> Stream[StreamEvent]:
        """The same in the shape of OpenAI's Responses; streams by default."""
        return self._stream("POST", "/v1/chats/web/responses", given, fixed={"stream": True})

    def get(self, id: str, *, options: Options | None = None) -> o.Chat:
        """One chat."""
        return self._object("GET", path("/v1/chats/{}", id), o.Chat, {"options": options or {}})

    def delete(self, id: str, *, options: Options | None = None) -> o.Chat:
        """Delete a chat; answers what it was. What was said stays in its session."""
        return self._object("DELETE", path("/v1/chats/{}", id), o.Chat, {"options": options or {}})


class Conversations(Resource):
    """`/v1/conversations`."""

    def create_message(self, id: str, **given: Unpack[p.ConversationsCreateMessage]) -> o.Answered:
        """Say something in a conversation and get the assistant's answer."""
        return self._object("POST", path("/v1/conversations/{}/messages", id), o.Answered, given)

    def list_messages(
        self, id: str, **given: Unpack[p.ConversationsListMessages]
    ) -> Pages[o.ConversationMessage]:
        """Messages of a conversation, in order."""
        return self._pages(path("/v1/conversations/{}/messages", id), o.ConversationMessage, given)

    def create(self, **given: Unpack[p.ConversationsCreate]) -> o.Session:
        """Begin a conversation that goes on from chat to chat, and through calls."""
        return self._object("POST", "/v1/conversations", o.Session, given)

    def list(self, **given: Unpack[p.ConversationsList]) -> Pages[o.Session]:
        """Conversations, newest first, a page at a time."""
        return self._pages("/v1/conversations", o.Session, given)

    def get(self, id: str, *, options: Options | None = None) -> o.Session:
        """One conversation with its messages."""
        return self._object("GET", path("/v1/conversations/{}", id), o.Session, {"options": options or {}})


class Credentials(Resource):
    """`/v1/credentials`."""

    def test_unsaved(self, **given: Unpack[p.CredentialsTestUnsaved]) -> o.Trial:
        """The same for a key that is not stored, and is not stored by this."""
        return self._object("POST", "/v1/credentials/test", o.Trial, given)

    def test(self, id: str, **given: Unpack[p.CredentialsTest]) -> o.Trial:
        """Does this key work? Every service of its provider is asked for its least; takes up to 15 s."""
        return self._object("POST", path("/v1/credentials/{}/test", id), o.Trial, given)

    def create(self, **given: Unpack[p.CredentialsCreate]) -> o.Credential:
        """Store a vendor's key, or how your own servers are shown who asks. Assistants of the organisation without a key of their own use a vendor's key from now on; a credential for servers is named by its id in `server.credentialId`."""
        return self._object("POST", "/v1/credentials", o.Credential, given)

    def list(self, **given: Unpack[p.CredentialsList]) -> Pages[o.Credential]:
        """Credentials, newest first, without their secrets."""
        return self._pages("/v1/credentials", o.Credential, given)

    def list_providers(self, *, options: Options | None = None) -> List[o.ProviderFields]:
        """Which fields a credential of each provider has, so that a form can ask for them."""
        return self._objects("GET", "/v1/credentials/providers", o.ProviderFields, {"options": options or {}})

    def get(self, id: str, *, options: Options | None = None) -> o.Credential:
        """One credential, without its secrets."""
        return self._object("GET", path("/v1/credentials/{}", id), o.Credential, {"options": options or {}})

    def update(self, id: str, **given: Unpack[p.CredentialsUpdate]) -> o.Credential:
        """Replace the fields that are named; null removes one."""
        return self._object("PATCH", path("/v1/credentials/{}", id), o.Credential, given)

    def delete(self, id: str, *, options: Options | None = None) -> o.Credential:
        """Delete a credential; answers what it was. One that a `credentialId` names is a conflict."""
        return self._object(
            "DELETE", path("/v1/credentials/{}", id), o.Credential, {"options": options or {}}
        )


class CustomKnowledgeBases(Resource):
    """`/v1/custom-knowledge-bases`."""

    def create(self, **given: Unpack[p.CustomKnowledgeBasesCreate]) -> o.StoredCustomKnowledgeBase:
        """Create a custom knowledge base: a server of yours that is asked by knowledge-base-request."""
        return self._object("POST", "/v1/custom-knowledge-bases", o.StoredCustomKnowledgeBase, given)

    def list(self, **given: Unpack[p.CustomKnowledgeBasesList]) -> Pages[o.StoredCustomKnowledgeBase]:
        """Custom knowledge bases, newest first."""
        return self._pages("/v1/custom-knowledge-bases", o.StoredCustomKnowledgeBase, given)

    def get(self, id: str, *, options: Options | None = None) -> o.StoredCustomKnowledgeBase:
        """One custom knowledge base."""
        return self._object(
            "GET",
            path("/v1/custom-knowledge-bases/{}", id),
            o.StoredCustomKnowledgeBase,
            {"options": options or {}},
        )

    def update(self, id: str, **given: Unpack[p.CustomKnowledgeBasesUpdate]) -> o.StoredCustomKnowledgeBase:
        """Replace the fields that are named, each as a whole."""
        return self._object(
            "PATCH", path("/v1/custom-knowledge-bases/{}", id), o.StoredCustomKnowledgeBase, given
        )

    def delete(self, id: str, *, options: Options | None = None) -> o.StoredCustomKnowledgeBase:
        """Delete a custom knowledge base; answers what it was. 409 while an assistant or a squad names it."""
        return self._object(
            "DELETE",
            path("/v1/custom-knowledge-bases/{}", id),
            o.StoredCustomKnowledgeBase,
            {"options": options or {}},
        )


class Files(Resource):
    """`/v1/files`."""

    def list(self, **given: Unpack[p.FilesList]) -> Pages[o.File]:
        """Files, newest first."""
        return self._pages("/v1/files", o.File, given)

    def create(self, **given: Unpack[p.FilesCreate]) -> o.File:
        """Upload a file. Its text is read afterwards: status is processing until that is done or has failed. Text, Markdown, CSV, JSON, XML, HTML, PDF and Word (.docx) have text; other files are kept as they are."""
        return self._object("POST", "/v1/files", o.File, given)

    def get(self, id: str, *, options: Options | None = None) -> o.File:
        """One file, with fresh addresses to download it and its text."""
        return self._object("GET", path("/v1/files/{}", id), o.File, {"options": options or {}})

    def update(self, id: str, **given: Unpack[p.FilesUpdate]) -> o.File:
        """Rename a file, or replace its metadata."""
        return self._object("PATCH", path("/v1/files/{}", id), o.File, given)

    def delete(self, id: str, *, options: Options | None = None) -> o.File:
        """Delete a file; answers what it was. It leaves the knowledge bases it is in."""
        return self._object("DELETE", path("/v1/files/{}", id), o.File, {"options": options or {}})


class Invitations(Resource):
    """`/v1/invitations`."""

    def accept(self, **given: Unpack[p.InvitationsAccept]) -> o.Tokens:
        """Choose name and password: you are a member and logged in. Needs no key but the invitation's token."""
        return self._object("POST", "/v1/invitations/accept", o.Tokens, given)

    def create(self, **given: Unpack[p.InvitationsCreate]) -> o.InvitationCreated:
        """Invite somebody; the answer has the link to send them. An earlier invitation of the address ends."""
        return self._object("POST", "/v1/invitations", o.InvitationCreated, given)

    def list(self, **given: Unpack[p.InvitationsList]) -> Pages[o.InvitationRead]:
        """Invitations, newest first."""
        return self._pages("/v1/invitations", o.InvitationRead, given)

    def get(self, id: str, *, options: Options | None = None) -> o.InvitationRead:
        """One invitation, without its link."""
        return self._object(
            "GET", path("/v1/invitations/{}", id), o.InvitationRead, {"options": options or {}}
        )

    def delete(self, id: str, *, options: Options | None = None) -> o.InvitationRead:
        """Revoke it: the link stops working."""
        return self._object(
            "DELETE", path("/v1/invitations/{}", id), o.InvitationRead, {"options": options or {}}
        )


class KnowledgeBases(Resource):
    """`/v1/knowledge-bases`."""

    def create(self, **given: Unpack[p.KnowledgeBasesCreate]) -> o.HostedKnowledgeBase:
        """Create a knowledge base. Calls do not search its files yet; a custom knowledge base can be asked."""
        return self._object("POST", "/v1/knowledge-bases", o.HostedKnowledgeBase, given)

    def list(self, **given: Unpack[p.KnowledgeBasesList]) -> Pages[o.HostedKnowledgeBase]:
        """Knowledge bases with their files, newest first."""
        return self._pages("/v1/knowledge-bases", o.HostedKnowledgeBase, given)

    def get(self, id: str, *, options: Options | None = None) -> o.HostedKnowledgeBase:
        """One knowledge base with its files."""
        return self._object(
            "GET", path("/v1/knowledge-bases/{}", id), o.HostedKnowledgeBase, {"options": options or {}}
        )

    def update(self, id: str, **given: Unpack[p.KnowledgeBasesUpdate]) -> o.HostedKnowledgeBase:
        """Rename or describe a knowledge base."""
        return self._object("PATCH", path("/v1/knowledge-bases/{}", id), o.HostedKnowledgeBase, given)

    def delete(self, id: str, *, options: Options | None = None) -> o.HostedKnowledgeBase:
        """Delete a knowledge base; answers what it was. Its files stay."""
        return self._object(
            "DELETE", path("/v1/knowledge-bases/{}", id), o.HostedKnowledgeBase, {"options": options or {}}
        )

    def list_files(self, id: str, *, options: Options | None = None) -> List[o.AttachedFile]:
        """The files of a knowledge base, newest first."""
        return self._objects(
            "GET", path("/v1/knowledge-bases/{}/files", id), o.AttachedFile, {"options": options or {}}
        )

    def create_file(self, id: str, **given: Unpack[p.KnowledgeBasesCreateFile]) -> o.AttachedFile:
        """Put an uploaded file into a knowledge base. It is ready once its text has been read."""
        return self._object("POST", path("/v1/knowledge-bases/{}/files", id), o.AttachedFile, given)

    def delete_file(self, id: str, file_id: str, *, options: Options | None = None) -> o.AttachedFile:
        """Take a file out of a knowledge base; answers what it was there. The file itself stays."""
        return self._object(
            "DELETE",
            path("/v1/knowledge-bases/{}/files/{}", id, file_id),
            o.AttachedFile,
            {"options": options or {}},
        )

    def retry_file(self, id: str, file_id: str, *, options: Options | None = None) -> o.AttachedFile:
        """Read a file again that has failed."""
        return self._object(
            "POST",
            path("/v1/knowledge-bases/{}/files/{}/retry", id, file_id),
            o.AttachedFile,
            {"options": options or {}},
        )


class Logs(Resource):
    """`/v1/logs`."""

    def list(self, **given: Unpack[p.LogsList]) -> Pages[o.LogEntry]:
        """What was written over the API, told to servers, and happened in calls, a page at a time. Entries of type API are there for those who may read the audit log."""
        return self._pages("/v1/logs", o.LogEntry, given)

    def delete(self, **given: Unpack[p.LogsDelete]) -> o.Forgotten:
        """Forget messages to servers that are delivered or given up, and older than an hour."""
        return self._object("DELETE", "/v1/logs", o.Forgotten, given, query=("type", "call_id"))


class Members(Resource):
    """`/v1/members`."""

    def create(self, **given: Unpack[p.MembersCreate]) -> o.MemberRead:
        """Add a person to the organisation."""
        return self._object("POST", "/v1/members", o.MemberRead, given)

    def list(self, **given: Unpack[p.MembersList]) -> Pages[o.MemberRead]:
        """The people of the organisation, newest first."""
        return self._pages("/v1/members", o.MemberRead, given)

    def delete_me(self, *, options: Options | None = None) -> o.MemberRead:
        """Leave the organisation oneself. Its last owner cannot."""
        return self._object("DELETE", "/v1/members/me", o.MemberRead, {"options": options or {}})

    def get(self, id: str, *, options: Options | None = None) -> o.MemberRead:
        """One person."""
        return self._object("GET", path("/v1/members/{}", id), o.MemberRead, {"options": options or {}})

    def update(self, id: str, **given: Unpack[p.MembersUpdate]) -> o.MemberRead:
        """Change name, role or password. A new role or password ends the person's logins."""
        return self._object("PATCH", path("/v1/members/{}", id), o.MemberRead, given)

    def delete(self, id: str, *, options: Options | None = None) -> o.MemberRead:
        """Remove a person and end their logins."""
        return self._object("DELETE", path("/v1/members/{}", id), o.MemberRead, {"options": options or {}})


class Models(Resource):
    """`/v1/models`."""

    def list(self, **given: Unpack[p.ModelsList]) -> List[o.CatalogModel]:
        """Models of recognisers, language models and voices, with prices and whose key would be used."""
        return self._objects("GET", "/v1/models", o.CatalogModel, given)


class Organizations(Resource):
    """`/v1/organizations`."""

    def list(self, *, options: Options | None = None) -> List[o.Organization]:
        """The caller's organisation, alone: a key or a person belongs to one."""
        return self._objects("GET", "/v1/organizations", o.Organization, {"options": options or {}})

    def get(self, id: str, *, options: Options | None = None) -> o.Organization:
        """The caller's organisation, by its id or as `current`."""
        return self._object(
            "GET", path("/v1/organizations/{}", id), o.Organization, {"options": options or {}}
        )

    def update(self, id: str, **given: Unpack[p.OrganizationsUpdate]) -> o.Organization:
        """Replace the fields that are named, each as a whole; null returns one to its default."""
        return self._object("PATCH", path("/v1/organizations/{}", id), o.Organization, given)

    def make_signing_secret(self, id: str, *, options: Options | None = None) -> o.SigningSecret:
        """A new secret to sign JWT keys with, shown in this answer only. The one before works for a day."""
        return self._object(
            "POST",
            path("/v1/organizations/{}/signing-secret", id),
            o.SigningSecret,
            {"options": options or {}},
        )

    def delete_signing_secret(self, id: str, *, options: Options | None = None) -> o.Organization:
        """End all JWT keys of the organisation at once."""
        return self._object(
            "DELETE",
            path("/v1/organizations/{}/signing-secret", id),
            o.Organization,
            {"options": options or {}},
        )


class OwnVoices(Resource):
    """`/v1/own-voices`."""

    def list(self, **given: Unpack[p.OwnVoicesList]) -> Pages[o.OwnVoice]:
        """Your own voices, newest first, as they were known last."""
        return self._pages("/v1/own-voices", o.OwnVoice, given)

    def create(self, **given: Unpack[p.OwnVoicesCreate]) -> o.OwnVoice:
        """Copy a voice, with the consent of whose it is, or design one. The vendor bills each voice it makes. The body is JSON, or a form whose field `sample` is the file. An organisation has one voice of a name with each provider, so that a request that is sent twice makes no second one; with an Idempotency-Key it gets the same answer."""
        return self._object("POST", "/v1/own-voices", o.OwnVoice, given)

    def get(self, id: str, *, options: Options | None = None) -> o.OwnVoice:
        """One of your own voices. While it is processing, its vendor is asked how it is."""
        return self._object("GET", path("/v1/own-voices/{}", id), o.OwnVoice, {"options": options or {}})

    def delete(self, id: str, **given: Unpack[p.OwnVoicesDelete]) -> o.OwnVoice:
        """Delete a voice, at its vendor too; answers what it was. With `force` it is deleted here in any case."""
        return self._object("DELETE", path("/v1/own-voices/{}", id), o.OwnVoice, given, query=("force",))


class PhoneNumbers(Resource):
    """`/v1/phone-numbers`."""

    def create(self, **given: Unpack[p.PhoneNumbersCreate]) -> o.PhoneNumber:
        """Store a phone number: of your SIP trunk, or a SIP address of this installation."""
        return self._object("POST", "/v1/phone-numbers", o.PhoneNumber, given)

    def list(self, **given: Unpack[p.PhoneNumbersList]) -> Pages[o.PhoneNumber]:
        """Phone numbers, newest first."""
        return self._pages("/v1/phone-numbers", o.PhoneNumber, given)

    def get(self, id: str, *, options: Options | None = None) -> o.PhoneNumber:
        """One phone number."""
        return self._object(
            "GET", path("/v1/phone-numbers/{}", id), o.PhoneNumber, {"options": options or {}}
        )

    def update(self, id: str, **given: Unpack[p.PhoneNumbersUpdate]) -> o.PhoneNumber:
        """Replace the fields that are named, each as a whole; null removes one."""
        return self._object("PATCH", path("/v1/phone-numbers/{}", id), o.PhoneNumber, given)

    def delete(self, id: str, *, options: Options | None = None) -> o.PhoneNumber:
        """Delete a phone number; answers what it was. Its calls stay."""
        return self._object(
            "DELETE", path("/v1/phone-numbers/{}", id), o.PhoneNumber, {"options": options or {}}
        )

    def search(self, **given: Unpack[p.PhoneNumbersSearch]) -> Pages[o.PhoneNumber]:
        """Phone numbers in pages; `search` looks into number, SIP address and name."""
        return self._pages("/v2/phone-numbers", o.PhoneNumber, given)

    def ring(self, id: str, **given: Unpack[p.PhoneNumbersRing]) -> o.Call:
        """Play an inbound call: it is routed like one from the telephone network, and talks over the WebSocket at `transport.websocketCallUrl`. A call that nobody takes is answered as ended, with its endedReason."""
        return self._object("POST", path("/v1/phone-numbers/{}/ring", id), o.Call, given)


class Roles(Resource):
    """`/v1/roles`."""

    def get(self, *, options: Options | None = None) -> o.Roles:
        """The roles there are and what each may do."""
        return self._object("GET", "/v1/roles", o.Roles, {"options": options or {}})


class Sessions(Resource):
    """`/v1/sessions`."""

    def create(self, **given: Unpack[p.SessionsCreate]) -> o.Session:
        """Begin a conversation that goes on from chat to chat, and through calls."""
        return self._object("POST", "/v1/sessions", o.Session, given)

    def list(self, **given: Unpack[p.SessionsList]) -> Pages[o.Session]:
        """Sessions, newest first, a page at a time."""
        return self._pages("/v1/sessions", o.Session, given)

    def get(self, id: str, *, options: Options | None = None) -> o.Session:
        """One session with its messages."""
        return self._object("GET", path("/v1/sessions/{}", id), o.Session, {"options": options or {}})

    def update(self, id: str, **given: Unpack[p.SessionsUpdate]) -> o.Session:
        """Replace the fields that are named; `messages` replaces all that was said."""
        return self._object("PATCH", path("/v1/sessions/{}", id), o.Session, given)

    def delete(self, id: str, *, options: Options | None = None) -> o.Session:
        """Delete a session with its messages and chats; answers what it was."""
        return self._object("DELETE", path("/v1/sessions/{}", id), o.Session, {"options": options or {}})


class Squads(Resource):
    """`/v1/squads`."""

    def create(self, **given: Unpack[p.SquadsCreate]) -> o.Squad:
        """Create a squad."""
        return self._object("POST", "/v1/squads", o.Squad, given)

    def list(self, **given: Unpack[p.SquadsList]) -> Pages[o.Squad]:
        """Squads, newest first."""
        return self._pages("/v1/squads", o.Squad, given)

    def get(self, id: str, *, options: Options | None = None) -> o.Squad:
        """One squad."""
        return self._object("GET", path("/v1/squads/{}", id), o.Squad, {"options": options or {}})

    def update(self, id: str, **given: Unpack[p.SquadsUpdate]) -> o.Squad:
        """Replace the fields that are named, each as a whole; null removes one."""
        return self._object("PATCH", path("/v1/squads/{}", id), o.Squad, given)

    def delete(self, id: str, *, options: Options | None = None) -> o.Squad:
        """Delete a squad; answers what it was. Its calls stay, its conversations in text go."""
        return self._object("DELETE", path("/v1/squads/{}", id), o.Squad, {"options": options or {}})

    def execute(self, id: str, **given: Unpack[p.SquadsExecute]) -> o.Executed:
        """Send a squad a message in text: it is routed, answered, and handed over if the model asks for it. The conversation goes on with the answer's `sessionId`; it is forgotten a day after its last message."""
        return self._object("POST", path("/v1/squads/{}/execute", id), o.Executed, given)


class StructuredOutputs(Resource):
    """`/v1/structured-outputs`."""

    def run(self, **given: Unpack[p.StructuredOutputsRun]) -> o.StructuredOutput:
        """Draw a structured output from calls that are over. Without previewEnabled a worker does it and the calls show it shortly after; with it `results` holds what was found, by call id, and nothing is stored."""
        return self._object("POST", "/v1/structured-outputs/run", o.StructuredOutput, given)

    def create(self, **given: Unpack[p.StructuredOutputsCreate]) -> o.StructuredOutput:
        """Create a structured output."""
        return self._object("POST", "/v1/structured-outputs", o.StructuredOutput, given)

    def list(self, **given: Unpack[p.StructuredOutputsList]) -> Pages[o.StructuredOutput]:
        """Structured outputs, newest first, a page at a time."""
        return self._pages("/v1/structured-outputs", o.StructuredOutput, given)

    def get(self, id: str, *, options: Options | None = None) -> o.StructuredOutput:
        """One structured output."""
        return self._object(
            "GET", path("/v1/structured-outputs/{}", id), o.StructuredOutput, {"options": options or {}}
        )

    def update(self, id: str, **given: Unpack[p.StructuredOutputsUpdate]) -> o.StructuredOutput:
        """Replace the fields that are named, each as a whole; null removes one."""
        return self._object(
            "PATCH",
            path("/v1/structured-outputs/{}", id),
            o.StructuredOutput,
            given,
            query=("schema_override",),
        )

    def delete(self, id: str, *, options: Options | None = None) -> o.StructuredOutput:
        """Delete a structured output; answers what it was. Results in calls stay."""
        return self._object(
            "DELETE", path("/v1/structured-outputs/{}", id), o.StructuredOutput, {"options": options or {}}
        )


class Tools(Resource):
    """`/v1/tools`."""

    def create(self, **given: Unpack[p.ToolsCreate]) -> o.StoredTool:
        """Create a tool. Assistants use it by its id in `model.toolIds`."""
        return self._object("POST", "/v1/tools", o.StoredTool, given)

    def list(self, **given: Unpack[p.ToolsList]) -> Pages[o.StoredTool]:
        """Tools, newest first."""
        return self._pages("/v1/tools", o.StoredTool, given)

    def get(self, id: str, *, options: Options | None = None) -> o.StoredTool:
        """One tool."""
        return self._object("GET", path("/v1/tools/{}", id), o.StoredTool, {"options": options or {}})

    def update(self, id: str, *, options: Options | None = None) -> o.StoredTool:
        """Replace the fields that are named, each as a whole; null removes one. Calls that run keep the old."""
        return self._object("PATCH", path("/v1/tools/{}", id), o.StoredTool, {"options": options or {}})

    def delete(self, id: str, *, options: Options | None = None) -> o.StoredTool:
        """Delete a tool; answers what it was. 409 with `references` while an assistant or a squad names it."""
        return self._object("DELETE", path("/v1/tools/{}", id), o.StoredTool, {"options": options or {}})


class TrafficAllocations(Resource):
    """`/v1/traffic-allocations`."""

    def create(self, **given: Unpack[p.TrafficAllocationsCreate]) -> o.TrafficAllocation:
        """Split an assistant's calls between its versions, from now on. A caller's number keeps its version."""
        return self._object("POST", "/v1/traffic-allocations", o.TrafficAllocation, given)

    def list(self, **given: Unpack[p.TrafficAllocationsList]) -> Pages[o.TrafficAllocation]:
        """How calls were split, newest decision first."""
        return self._pages("/v1/traffic-allocations", o.TrafficAllocation, given)

    def get_latest(self, **given: Unpack[p.TrafficAllocationsGetLatest]) -> o.TrafficAllocation:
        """The decision in force for an assistant."""
        return self._object("GET", "/v1/traffic-allocations/latest", o.TrafficAllocation, given)

    def get(self, id: str, *, options: Options | None = None) -> o.TrafficAllocation:
        """One decision."""
        return self._object(
            "GET", path("/v1/traffic-allocations/{}", id), o.TrafficAllocation, {"options": options or {}}
        )


class Usage(Resource):
    """`/v1/usage`."""

    def list(self, **given: Unpack[p.UsageList]) -> Pages[o.UsageRead]:
        """What was used and what it cost, newest first."""
        return self._pages("/v1/usage", o.UsageRead, given)

    def get(self, id: str, *, options: Options | None = None) -> o.UsageRead:
        """One record."""
        return self._object("GET", path("/v1/usage/{}", id), o.UsageRead, {"options": options or {}})


class Voices(Resource):
    """`/v1/voices`."""

    def list(self, **given: Unpack[p.VoicesList]) -> Pages[o.CatalogVoice]:
        """Voices with language, gender, styles, a sample and prices. Others of a vendor may be named too."""
        return self._pages("/v1/voices", o.CatalogVoice, given)

    def get_sample(self, id: str, *, options: Options | None = None) -> bytes:
        """How a voice sounds: a WAV, made with the vendor when somebody first asks and kept."""
        return self._bytes("GET", path("/v1/voices/{}/sample", id), {"options": options or {}})


class WebhookDeliveries(Resource):
    """`/v1/webhook-deliveries`."""

    def list(self, **given: Unpack[p.WebhookDeliveriesList]) -> Pages[o.DeliveryRead]:
        """Messages to your servers, newest first."""
        return self._pages("/v1/webhook-deliveries", o.DeliveryRead, given)

    def get(self, id: str, *, options: Options | None = None) -> o.DeliveryWithPayload:
        """One message with its payload and attempts."""
        return self._object(
            "GET", path("/v1/webhook-deliveries/{}", id), o.DeliveryWithPayload, {"options": options or {}}
        )

    def replay_all(self, **given: Unpack[p.WebhookDeliveriesReplayAll]) -> o.Replayed:
        """Send all settled deliveries again that match, oldest first: by default those that were given up."""
        return self._object("POST", "/v1/webhook-deliveries/replay", o.Replayed, given)

    def replay(self, id: str, *, options: Options | None = None) -> o.DeliveryRead:
        """Send it again. One that is still under way is a conflict."""
        return self._object(
            "POST", path("/v1/webhook-deliveries/{}/replay", id), o.DeliveryRead, {"options": options or {}}
        )


class WebhookSecret(Resource):
    """`/v1/webhook-secret`."""

    def get(self, *, options: Options | None = None) -> o.SecretRead:
        """The secret to verify signatures with."""
        return self._object("GET", "/v1/webhook-secret", o.SecretRead, {"options": options or {}})

    def rotate(self, *, options: Options | None = None) -> o.SecretRead:
        """A new secret. For 24 hours messages carry a signature with the old one too."""
        return self._object("POST", "/v1/webhook-secret/rotate", o.SecretRead, {"options": options or {}})


class Resources(Resource):
    """All of them."""

    @cached_property
    def analytics(self) -> Analytics:
        """`/v1/analytics`."""
        return Analytics(self._http)

    @cached_property
    def api_keys(self) -> ApiKeys:
        """`/v1/api-keys`."""
        return ApiKeys(self._http)

    @cached_property
    def assistants(self) -> Assistants:
        """`/v1/assistants`."""
        return Assistants(self._http)

    @cached_property
    def audit_logs(self) -> AuditLogs:
        """`/v1/audit-logs`."""
        return AuditLogs(self._http)

    @cached_property
    def call_logs(self) -> CallLogs:
        """`/v1/call-logs`."""
        return CallLogs(self._http)

    @cached_property
    def calls(self) -> Calls:
        """`/v1/calls`."""
        return Calls(self._http)

    @cached_property
    def chats(self) -> Chats:
        """`/v1/chats`."""
        return Chats(self._http)

    @cached_property
    def conversations(self) -> Conversations:
        """`/v1/conversations`."""
        return Conversations(self._http)

    @cached_property
    def credentials(self) -> Credentials:
        """`/v1/credentials`."""
        return Credentials(self._http)

    @cached_property
    def custom_knowledge_bases(self) -> CustomKnowledgeBases:
        """`/v1/custom-knowledge-bases`."""
        return CustomKnowledgeBases(self._http)

    @cached_property
    def files(self) -> Files:
        """`/v1/files`."""
        return Files(self._http)

    @cached_property
    def invitations(self) -> Invitations:
        """`/v1/invitations`."""
        return Invitations(self._http)

    @cached_property
    def knowledge_bases(self) -> KnowledgeBases:
        """`/v1/knowledge-bases`."""
        return KnowledgeBases(self._http)

    @cached_property
    def logs(self) -> Logs:
        """`/v1/logs`."""
        return Logs(self._http)

    @cached_property
    def members(self) -> Members:
        """`/v1/members`."""
        return Members(self._http)

    @cached_property
    def models(self) -> Models:
        """`/v1/models`."""
        return Models(self._http)

    @cached_property
    def organizations(self) -> Organizations:
        """`/v1/organizations`."""
        return Organizations(self._http)

    @cached_property
    def own_voices(self) -> OwnVoices:
        """`/v1/own-voices`."""
        return OwnVoices(self._http)

    @cached_property
    def phone_numbers(self) -> PhoneNumbers:
        """`/v1/phone-numbers`."""
        return PhoneNumbers(self._http)

    @cached_property
    def roles(self) -> Roles:
        """`/v1/roles`."""
        return Roles(self._http)

    @cached_property
    def sessions(self) -> Sessions:
        """`/v1/sessions`."""
        return Sessions(self._http)

    @cached_property
    def squads(self) -> Squads:
        """`/v1/squads`."""
        return Squads(self._http)

    @cached_property
    def structured_outputs(self) -> StructuredOutputs:
        """`/v1/structured-outputs`."""
        return StructuredOutputs(self._http)

    @cached_property
    def tools(self) -> Tools:
        """`/v1/tools`."""
        return Tools(self._http)

    @cached_property
    def traffic_allocations(self) -> TrafficAllocations:
        """`/v1/traffic-allocations`."""
        return TrafficAllocations(self._http)

    @cached_property
    def usage(self) -> Usage:
        """`/v1/usage`."""
        return Usage(self._http)

    @cached_property
    def voices(self) -> Voices:
        """`/v1/voices`."""
        return Voices(self._http)

    @cached_property
    def webhook_deliveries(self) -> WebhookDeliveries:
        """`/v1/webhook-deliveries`."""
        return WebhookDeliveries(self._http)

    @cached_property
    def webhook_secret(self) -> WebhookSecret:
        """`/v1/webhook-secret`."""
        return WebhookSecret(self._http)
