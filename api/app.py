"""The control plane as an ASGI application."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI

from api import routes
from api.db.outbox import Send
from api.http import errors
from api.http.application import Application
from api.http.middleware import Cors, Edge
from api.http.openapi import ABOUT, operation_id
from api.http.workers import Workers
from api.settings import ApiSettings
from api.wiring import Wiring, wire
from voice_engine.kernel.clock import Clock, SystemClock

_EXPOSED = [
    "X-Request-Id", "Retry-After", "Idempotent-Replayed", "ETag", "Deprecation", "Sunset", "Link",
    "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Status",
]  # fmt: skip


def create_app(settings: ApiSettings, *, clock: Clock | None = None, send: Send | None = None) -> FastAPI:
    """The application for these settings; `app.state.wiring` holds its parts. Usable without its lifespan."""
    wiring = wire(settings, clock or SystemClock(), send=send)
    app = Application(
        title="Yingda 应答",
        description=ABOUT,
        generate_unique_id_function=operation_id,
        version="0.1.0",
        lifespan=_lifespan,
        docs_url=None,  # api/reference.py has pages of its own
        redoc_url=None,
        strict_content_type=False,
        separate_input_output_schemas=False,
    )
    app.state.wiring = wiring
    app.state.workers = Workers(settings.api_threads)
    errors.install(app)
    app.add_middleware(Edge, body_limit=settings.api_body_limit, larger=routes.larger_bodies(settings))
    app.add_middleware(
        Cors,
        allow_origins=settings.api_cors_origins,
        allow_methods=["*"],
        allow_headers=["*"],
        expose_headers=_EXPOSED,
        max_age=86_400,
    )
    routes.include(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    wiring: Wiring = app.state.wiring
    anyio.to_thread.current_default_thread_limiter().total_tokens = wiring.settings.api_threads
    gc.collect()
    gc.freeze()  # what is here now stays: the collector need not look at it again and again
    yield
    gc.unfreeze()
    app.state.workers.close()
    wiring.close()
