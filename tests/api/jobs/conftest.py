"""Jobs on the test's databases."""

import pytest
from fastapi import FastAPI

from api.jobs import registry
from api.jobs.context import Jobs
from tests.api.world import SetClock
from tests.emulators.target import LOOPBACK


@pytest.fixture
def jobs(app: FastAPI, clock: SetClock) -> Jobs:
    """A worker's connections; nothing is sent to a broker, targets on loopback are allowed."""
    registry.load()
    wiring = app.state.wiring
    settings = wiring.settings.model_copy(update={"allowed_targets": LOOPBACK})
    return Jobs(settings, wiring.engine, wiring.redis, clock)
