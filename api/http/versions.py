"""Optimistic locking: `ETag` is a row's version, `If-Match` the version a change was made from.

A PATCH or DELETE with If-Match touches that version or nothing (409 `version_conflict`). The row is checked
as it is locked (`db.repo`), so of two who read the same version one is refused.
"""

import re

from starlette.requests import Request
from starlette.responses import Response

from api.db.tx import TenantSession
from voice_engine.kernel.errors import BadRequest

_CHANGES = frozenset({"PATCH", "PUT", "DELETE"})
_TAG = re.compile(r'(?:W/)?"?(\d{1,9})"?')


def expected(request: Request) -> frozenset[int] | None:
    """The versions the caller will write to; None: any. BadRequest for what is no version."""
    header = request.headers.get("if-match")
    if header is None or request.method not in _CHANGES or header.strip() == "*":
        return None
    found = [_TAG.fullmatch(tag.strip()) for tag in header.split(",")]
    if not all(found):
        message = 'If-Match should be the ETag of what you read, such as "3", or *.'
        raise BadRequest("if_match_malformed", message)
    return frozenset(int(tag[1]) for tag in found if tag)


def tag(session: TenantSession, response: Response) -> None:
    """Put the version of the row the request was about on its answer; BadRequest where there is none."""
    if session.subject is not None:
        response.raw_headers.append((b"etag", b'"%d"' % session.subject.version))
    elif session.expected is not None:
        message = "This has no version, so If-Match cannot be heeded; leave it out."
        raise BadRequest("if_match_not_supported", message)
