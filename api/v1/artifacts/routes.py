"""Recordings by signed URL: no key is asked for, the token is the permission."""

from typing import Annotated

from fastapi import Query
from starlette.responses import FileResponse, Response

from api.http.deps import Time
from api.http.errors import errors
from api.http.route import Resource
from api.v1.calls.deps import CallParts
from api.v1.calls.recordings import ensure
from voice_engine.kernel import tokens
from voice_engine.kernel.errors import NotFound, Unauthorized

_ANY = "application/octet-stream"
router = Resource("/v1/artifacts", tag="Artifacts")
Token = Annotated[str, Query(description="from the URL as it was given")]


@router.get("/{key:path}", response_class=FileResponse, responses=errors(Unauthorized, NotFound))
def download(key: str, token: Token, parts: CallParts, time: Time) -> Response:
    """A recording, whole or by Range."""
    claims = tokens.verify(token, parts.secret, kind="artifact", now=time.wall().timestamp())
    if claims["key"] != key:
        raise Unauthorized(
            "token_wrong_artifact", "This token is for another artifact; use the URL as it is."
        )
    ensure(parts.blobs, key)
    path = parts.blobs.path(key)
    if not path.is_file():
        raise NotFound("artifact_not_found", "This artifact has been deleted.")
    media_type = {".wav": "audio/wav", ".mp3": "audio/mpeg"}.get(path.suffix)
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    if media_type is None:  # an upload may be a page: no browser shall run it under our address
        return FileResponse(path, media_type=_ANY, filename=path.name, headers=headers)
    return FileResponse(path, media_type=media_type, headers=headers)


router.head("/{key:path}", include_in_schema=False)(download)
