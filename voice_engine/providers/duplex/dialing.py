"""From a plan to an open socket. A token that the vendor refuses is replaced, once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from voice_engine.kernel.errors import ProviderError
from voice_engine.providers.duplex.codec import Endpoint, Patience, Refused, Stale
from voice_engine.providers.duplex.socket import Closed, Socket, connect
from voice_engine.providers.failures import Failures
from voice_engine.providers.warming import knock


class Plan(Protocol):
    """What SttPlan and TtsPlan have in common."""

    @property
    def failures(self) -> Failures: ...

    @property
    def dial(self) -> Callable[[], Awaitable[Endpoint]]: ...

    @property
    def patience(self) -> Patience: ...

    @property
    def refused(self) -> Refused | None: ...

    @property
    def stale(self) -> Stale | None: ...


async def dialled(plan: Plan) -> Socket:
    """An open socket within the plan's `connect_s`; raises ProviderError."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + plan.patience.connect_s
    endpoint = await _endpoint(plan, deadline)
    try:
        return await _open(plan, endpoint, deadline)
    except ProviderError as error:
        if plan.stale is None or not plan.stale(error, endpoint):
            raise
    return await _open(plan, await _endpoint(plan, deadline), deadline)


async def knock_at(plan: Plan) -> None:
    """See `warming.knock`; fetches a token where the plan does. A tenant's own server is left in peace."""
    endpoint = await _endpoint(plan, asyncio.get_running_loop().time() + plan.patience.connect_s)
    if endpoint.guard is None:
        await knock(endpoint.url, plan.failures.vendor)


def is_stale(plan: Plan, error: ProviderError, socket: Socket) -> bool:
    """Whether what the vendor says on this socket, before READY, calls for a new token and a new socket."""
    return plan.stale is not None and plan.stale(error, socket.endpoint)


def forget_messages(inbox: "asyncio.Queue[Any]") -> None:
    """Drop what a socket that is given up has said; the rest stays in its order."""
    rest = [inbox.get_nowait() for _ in range(inbox.qsize())]
    for item in rest:
        if not isinstance(item, str | bytes | Closed):
            inbox.put_nowait(item)


def name(error: ProviderError, socket: Socket | None) -> None:
    """Give a failure the id under which the vendor's support desk knows the connection, if it has none."""
    if socket is not None and socket.request_id and not error.request_id:
        error.request_id = error.details["request_id"] = socket.request_id


async def _endpoint(plan: Plan, deadline: float) -> Endpoint:
    try:
        async with asyncio.timeout_at(deadline):
            return await plan.dial()
    except TimeoutError:
        raise plan.failures.of("timeout", f"{plan.failures.label} gives no token.") from None


async def _open(plan: Plan, endpoint: Endpoint, deadline: float) -> Socket:
    def refused(status: int, headers: Mapping[str, str], body: str) -> Exception:
        return plan.failures.refused(status, body, headers)

    left = max(0.05, deadline - asyncio.get_running_loop().time())
    return await connect(endpoint, plan.failures, left, plan.refused or refused)
