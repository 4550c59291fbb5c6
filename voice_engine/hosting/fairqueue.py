"""Who is next when a place becomes free? One organisation after the other, in each the first come. Pure."""

from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """At most `size` wait in all, and of one organisation at most `share` of the size."""

    def __init__(self, size: int, share: float = 0.5) -> None:
        self._size, self._most = size, max(1, int(size * share))
        self._lines: OrderedDict[str, deque[T]] = OrderedDict()

    def __len__(self) -> int:
        return sum(map(len, self._lines.values()))

    def __iter__(self) -> Iterator[tuple[str, T]]:
        """Everybody who waits, with their organisation, in no particular order."""
        return ((org_id, item) for org_id, line in self._lines.items() for item in line)

    def enter(self, org_id: str, item: T) -> bool:
        """Wait; False when there is no place to wait."""
        if len(self) >= self._size or len(self._lines.get(org_id, ())) >= self._most:
            return False
        self._lines.setdefault(org_id, deque()).append(item)
        return True

    def leave(self, org_id: str, item: T) -> None:
        """Wait no longer; not to be waiting is no error."""
        line = self._lines.get(org_id)
        if line and item in line:
            line.remove(item)
            if not line:
                del self._lines[org_id]

    def next(self) -> T | None:
        """Whose turn it is; that one waits no longer, and its organisation is last now."""
        if not self._lines:
            return None
        org_id, line = self._lines.popitem(last=False)
        item = line.popleft()
        if line:
            self._lines[org_id] = line
        return item

    def place_of(self, org_id: str, item: T) -> int:
        """How many will be served before this one, and it: 1 = the next."""
        line = self._lines.get(org_id)
        if not line or item not in line:
            return 0
        ahead = line.index(item)
        before = list(self._lines).index(org_id)
        served = 1 + ahead
        for at, (org, theirs) in enumerate(self._lines.items()):
            if org != org_id:
                served += min(len(theirs), ahead + (at < before))
        return served
