"""How a recognition or a synthesis is carried out: one task feeds the vendor, an inbox says what happens."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import Any, Protocol, TypeVar

In_contra = TypeVar("In_contra", contravariant=True)
Out_co = TypeVar("Out_co", covariant=True)
In = TypeVar("In")
Out = TypeVar("Out")


class Ended:
    """An item of the inbox: there is nothing more to feed."""


class Work(Protocol[In_contra, Out_co]):
    """One task of the vendor. `over`: nothing more comes of it."""

    @property
    def inbox(self) -> "asyncio.Queue[Any]":
        """What happens, exceptions too."""
        ...

    @property
    def over(self) -> bool: ...

    async def feed(self, source: AsyncIterator[In_contra]) -> None:
        """Everything there is, to the vendor."""
        ...

    async def next_item(self) -> Any:
        """What happens next; None when it is time to look after things."""
        ...

    def react(self, item: Any) -> Iterator[Out_co]:
        """What comes of it; raises what ends the work."""
        ...

    def leave(self) -> None:
        """Hang up."""
        ...


async def carry_out(work: Work[In, Out], source: AsyncIterator[In]) -> AsyncGenerator[Out, None]:
    """What comes of the work, until it is over or nobody wants it any more."""
    feeder = asyncio.create_task(_feed(work, source))
    try:
        while not work.over:
            for item in work.react(await work.next_item()):
                yield item
    finally:
        work.leave()
        feeder.cancel()
        await asyncio.wait([feeder])


async def _feed(work: Work[In, Any], source: AsyncIterator[In]) -> None:
    try:
        await work.feed(source)
        work.inbox.put_nowait(Ended())
    except Exception as error:  # noqa: BLE001  boundary: the caller's own failure: passed on as it is
        work.inbox.put_nowait(error)
