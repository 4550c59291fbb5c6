"""Tools of MCP servers: connected in the background, offered when they are known, called with a deadline.

Each connection is owned by one task, which opens and closes it.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import httpx2
import orjson
import structlog

from voice_engine.servers.ask import Proof
from voice_engine.spec import ToolSpec
from voice_engine.think.tools.base import Answer, Json
from voice_engine.think.tools.mcp_http import guarded_client

if TYPE_CHECKING:
    from mcp import Client
    from mcp_types import CallToolResult

CONNECT_S = 10.0  # until a server's tools are known
CLOSE_S = 2.0
READ_S = 300.0  # a stream of events may be silent for so long
MAX_TOOLS = 64  # of one server
MAX_SCHEMA = 16 * 1024  # bytes of one tool's JSON Schema
MAX_DESCRIPTION = 2000  # characters
EVENT_LIMIT = 1024 * 1024  # bytes of one server-sent event
NAME_LIMIT = 64

log = structlog.get_logger()


def warm() -> None:
    """Import the official client: a second in which nothing else runs well, even from another thread."""
    _library()


class McpServers:
    """All MCP servers of one assistant. `taken`: names of its other tools; `prove` opens credentials."""

    def __init__(
        self,
        specs: Sequence[ToolSpec],
        allowed: Sequence[str],
        taken: frozenset[str],
        prove: Callable[[ToolSpec], Proof | None] = lambda _: None,
    ) -> None:
        self._servers = [McpServer(spec, allowed, prove(spec)) for spec in specs]
        self._taken = taken

    def start(self) -> None:
        """Begin to connect."""
        for server in self._servers:
            server.start()

    async def close(self) -> None:
        """Hang up."""
        await asyncio.gather(*(server.close() for server in self._servers))

    def specs(self) -> dict[str, ToolSpec]:
        """The tools known so far, by the name the model sees."""
        return {name: spec for name, (_, spec, _) in self._known().items()}

    async def call(self, spec: ToolSpec, arguments: Json) -> Answer:
        """Call the tool that the model sees under this spec's name."""
        found = self._known().get(spec.name)
        if found is None:
            return Answer(f"The tool {spec.name} is no longer there.", failed=True)
        server, _, name = found
        return await server.call(name, arguments)

    def _known(self) -> dict[str, tuple["McpServer", ToolSpec, str]]:
        known: dict[str, tuple[McpServer, ToolSpec, str]] = {}
        for server in self._servers:
            for name, spec in server.tools.items():
                shown = _name(name)
                if shown in self._taken or shown in known:
                    shown = _name(f"{server.spec.name}_{name}")
                if shown not in self._taken and shown not in known:
                    known[shown] = (server, spec.model_copy(update={"name": shown}), name)
        return known


class McpServer:
    """One server. `tools` are those it lists, by its own names, empty until it is connected."""

    def __init__(self, spec: ToolSpec, allowed: Sequence[str], proof: Proof | None = None) -> None:
        self.spec, self._allowed, self._proof = spec, allowed, proof
        self.tools: dict[str, ToolSpec] = {}
        self._client: Client | None = None
        self._owner: asyncio.Task[None] | None = None
        self._settled, self._leave = asyncio.Event(), asyncio.Event()

    def start(self) -> None:
        """Begin to connect; again, if an earlier connection has broken."""
        if self._owner is None or self._owner.done():
            self._settled, self._leave = asyncio.Event(), asyncio.Event()
            self._owner = asyncio.create_task(self._live(), name="mcp")

    async def close(self) -> None:
        """Say goodbye, for as long as that takes a server in good health."""
        self._leave.set()
        if self._owner and not self._owner.done():
            if self._settled.is_set():
                await asyncio.wait({self._owner}, timeout=CLOSE_S)
            self._owner.cancel()
            await asyncio.wait({self._owner}, timeout=CLOSE_S)

    async def call(self, name: str, arguments: Json) -> Answer:
        """What the tool answers; whoever calls sets the deadline. A broken connection is left."""
        client = await self._reached()
        if client is None:
            return Answer("The MCP server cannot be reached.", failed=True)
        try:
            return _answer(await client.call_tool(name, arguments))
        except Exception as error:  # noqa: BLE001  boundary: a stranger's server makes the library raise anything
            log.warning("mcp_call_failed", server=self.spec.name, tool=name, error=_sentence(error))
            self._client = None
            self._leave.set()
            return Answer(f"The MCP server failed: {_sentence(error)}", failed=True)

    async def _reached(self) -> "Client | None":
        """The connection; made anew if it has broken."""
        if self._client is None:
            if self._owner and self._leave.is_set():
                await asyncio.wait({self._owner}, timeout=CLOSE_S)
            self.start()
            await self._settled.wait()
        return self._client

    async def _live(self) -> None:
        """Connect, list, and hold the connection until somebody wants to leave."""
        try:
            async with AsyncExitStack() as stack:
                async with asyncio.timeout(CONNECT_S):
                    client = await self._connected(stack)
                    self.tools = await self._listed(client)
                self._client = client
                self._settled.set()
                await self._leave.wait()
        except Exception as error:  # noqa: BLE001  boundary: a stranger's server makes the library raise anything
            log.warning("mcp_failed", server=self.spec.name, error=_sentence(error))
        finally:
            self._client = None
            self._settled.set()

    async def _connected(self, stack: AsyncExitStack) -> "Client":
        """Streamable HTTP first; servers of old speak SSE only."""
        library = await asyncio.to_thread(_library)
        if self.spec.mcp_protocol == "shttp":
            try:
                streamable = _streamable(library, self.spec, self._allowed, self._proof)
                return await stack.enter_async_context(library.Client(streamable, cache=None))
            except Exception as error:  # noqa: BLE001  boundary: as above; what SSE says counts
                log.info("mcp_not_streamable", server=self.spec.name, error=_sentence(error))
        sse = _sse(library, self.spec, self._allowed, self._proof)
        return await stack.enter_async_context(library.Client(sse, cache=None))

    async def _listed(self, client: "Client") -> dict[str, ToolSpec]:
        tools: dict[str, ToolSpec] = {}
        cursor: str | None = None
        while len(tools) < MAX_TOOLS:
            page = await client.list_tools(cursor=cursor)
            for tool in page.tools:
                if len(orjson.dumps(tool.input_schema)) <= MAX_SCHEMA:
                    tools[tool.name] = self._spec_of(tool.name, tool.description or "", tool.input_schema)
            cursor = page.next_cursor
            if cursor is None:
                break
        return dict(list(tools.items())[:MAX_TOOLS])

    def _spec_of(self, name: str, description: str, schema: Json) -> ToolSpec:
        messages = self.spec.mcp_messages.get(name, self.spec.messages)
        told = description[:MAX_DESCRIPTION]
        seen = {"name": name, "description": told, "parameters": schema, "messages": messages}
        return self.spec.model_copy(update=seen)


@dataclass(frozen=True, slots=True)
class _Library:
    Client: "type[Client]"
    streamable: Callable[..., AbstractAsyncContextManager[Any]]
    sse: Callable[..., AbstractAsyncContextManager[Any]]


@cache
def _library() -> _Library:
    return _Library(
        import_module("mcp.client.client").Client,
        import_module("mcp.client.streamable_http").streamable_http_client,
        import_module("mcp.client.sse").sse_client,
    )


@asynccontextmanager
async def _streamable(
    library: _Library, spec: ToolSpec, allowed: Sequence[str], proof: Proof | None
) -> AsyncIterator[Any]:
    waits = httpx2.Timeout(spec.timeout_s, read=READ_S)
    async with (
        guarded_client(spec.server_headers, allowed, waits, proof) as http,
        library.streamable(spec.server_url, http_client=http, max_sse_event_size=EVENT_LIMIT) as streams,
    ):
        yield streams


def _sse(
    library: _Library, spec: ToolSpec, allowed: Sequence[str], proof: Proof | None
) -> AbstractAsyncContextManager[Any]:
    def client(
        headers: dict[str, str] | None = None,
        timeout: httpx2.Timeout | None = None,
        auth: httpx2.Auth | None = None,
    ) -> httpx2.AsyncClient:
        waits = timeout or httpx2.Timeout(spec.timeout_s, read=READ_S)
        return guarded_client(headers or {}, allowed, waits, proof)

    return library.sse(
        spec.server_url, headers=spec.server_headers, sse_read_timeout=READ_S, httpx_client_factory=client
    )


def _name(raw: str) -> str:
    """A name that every model takes."""
    return re.sub(r"[^a-zA-Z0-9_-]", "_", raw)[:NAME_LIMIT]


def _answer(result: "CallToolResult") -> Answer:
    parts = [getattr(block, "text", None) or f"[{block.type}]" for block in result.content]
    if not parts and result.structured_content is not None:
        parts = [orjson.dumps(result.structured_content).decode()]
    return Answer("\n".join(parts), failed=result.is_error)


def _sentence(error: BaseException) -> str:
    """The first reason inside, in few words."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    return (str(error) or type(error).__name__)[:200]
