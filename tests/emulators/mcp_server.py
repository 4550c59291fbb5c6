"""A real MCP server on loopback, by the official library, and what may be wrong with one."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError


def weather_server() -> MCPServer:
    """Tools that answer, fail, hang, and answer far too much."""
    server = MCPServer("weather")

    @server.tool(description="The weather of a city.")
    def weather(city: str) -> str:
        return f"{city}晴"

    @server.tool()
    def broken() -> str:
        raise ToolError("no rain gauge")

    @server.tool()
    async def slow() -> str:
        await asyncio.sleep(20)
        return "late"

    @server.tool()
    def huge() -> str:
        return "x" * 3_000_000

    return server


@contextlib.asynccontextmanager
async def serving(app: Any, port: int = 0) -> AsyncIterator[str]:
    """The base URL of an ASGI application on loopback; whoever still hangs on to it at the end is cut off."""
    with socket.create_server(("127.0.0.1", port)) as listener:
        config = uvicorn.Config(app, log_level="critical", lifespan="on", timeout_graceful_shutdown=0)
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        task = asyncio.create_task(server._serve([listener]))
        while not server.started:  # noqa: ASYNC110  uvicorn tells nobody
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True
            await task
