"""The same vendor as for chats."""

from tests.api.v1.chats.conftest import reachable, vendor

__all__ = ["reachable", "vendor"]
