"""A vendor on loopback, and the application behind a real socket."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI

from api.v1.text.models import Models
from tests.emulators.openai import OpenAiEmulator
from tests.emulators.target import LOOPBACK
from voice_engine.settings import EngineSettings


@pytest.fixture(autouse=True)
def reachable(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """Models and tools on loopback may be reached."""
    settings = app.state.wiring.settings.model_copy(update={"allowed_targets": LOOPBACK})
    monkeypatch.setattr(app.state.wiring, "settings", settings)
    app.state.text_models = Models(EngineSettings(**settings.model_dump()))


@pytest.fixture
def vendor() -> Iterator[OpenAiEmulator]:
    with OpenAiEmulator() as emulator:
        yield emulator
    assert emulator.violations == []


@pytest.fixture
def live(app: FastAPI) -> Iterator[str]:
    """The URL of the application on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=2)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)
