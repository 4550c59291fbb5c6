"""The API's reference in a browser, to read and to try: `/docs`, with nothing from elsewhere.

Swagger UI comes with an installed package, not from a content delivery network.
"""

from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

from api import portal

# Swagger UI writes styles into its elements.
_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
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
    """Add the page and Swagger UI's files."""
    app.include_router(router)
    app.mount("/docs/files", StaticFiles(directory=_swagger()), name="docs-files")


@router.get("/docs")
async def docs() -> Response:
    """Every operation with its fields, its errors and a form to try it."""
    return FileResponse(portal.directory() / "docs.html", media_type="text/html", headers=_HEADERS)


def _swagger() -> Path:
    package = find_spec("fastapi_offline")
    assert package is not None, "fastapi-offline is a dependency"
    return Path(str(package.origin)).parent / "static"
