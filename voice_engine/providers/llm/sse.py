"""Bytes of an event stream → its `data:` items. Pure.

Every data line is an item: the JSON of chat completions stands on one line, and some vendors forget the empty
line between two of them. A bare JSON line counts as well; comments and other fields do not.
"""

from collections.abc import Iterator


class Items:
    """Feed what arrives, cut anywhere, get whole items."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, raw: bytes) -> Iterator[bytes]:
        """The items that are complete now."""
        self._held += raw
        if b"\n" not in raw:
            return
        end = self._held.rfind(b"\n")
        lines = bytes(self._held[:end]).split(b"\n")
        del self._held[: end + 1]
        yield from filter(None, map(_item, lines))

    def end(self) -> Iterator[bytes]:
        """The last line, if the stream ended without a line end."""
        yield from filter(None, (_item(bytes(self._held)),))


def _item(line: bytes) -> bytes:
    line = line.rstrip(b"\r")
    if line.startswith(b"data:"):
        return line[5:].strip()
    return line if line.startswith(b"{") else b""
