"""The API's reference in a browser: `/docs` to try it, `/docs/reference` to read it; nothing from elsewhere.

The readers (Swagger UI and Redoc) come with an installed package, not from a content delivery network.
"""

from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

from api import portal

# Both readers write styles into their elements, and Redoc searches in a worker it makes itself.
_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {**portal.HEADERS, "Content-Security-Policy": _CSP}

router = APIRouter(include_in_schema=False)


def include(app: FastAPI) -> None:
    """Add the pages and the readers' files."""
    app.include_router(router)
    app.mount("/docs/files", StaticFiles(directory=_readers()), name="docs-files")


@router.get("/docs")
async def docs() -> Response:
    """Every operation with a form to try it."""
    return _page("docs.html")


@router.get("/docs/reference")
async def reference() -> Response:
    """The same to read."""
    return _page("reference.html")


def _page(name: str) -> Response:
    return FileResponse(portal.directory() / name, media_type="text/html", headers=_HEADERS)


def _readers() -> Path:
    package = find_spec("fastapi_offline")
    assert package is not None, "fastapi-offline is a dependency"
    return Path(str(package.origin)).parent / "static"
