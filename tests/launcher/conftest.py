"""Short data directories that any account can pass through, and a way to wait for another process."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def data_dir() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="yingda-test-") as path:
        Path(path).chmod(0o711)  # root's PostgreSQL runs as somebody else, who must come through
        yield Path(path)


@pytest.fixture
def until() -> Until:
    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, "waited 20 s in vain"
            time.sleep(0.02)

    return wait
