"""Can a file be written there? Asked before the call, for afterwards the conversation would be lost."""

import os
from pathlib import Path

from voice_engine.kernel.errors import BadRequest


def require_writable(path: Path) -> None:
    """Raises BadRequest `cannot_write`; leaves a file that is there as it is, and none that was not."""
    there = path.exists()
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o666))
        if not there:
            path.unlink()
    except OSError as error:
        raise BadRequest(
            "cannot_write", f"{path} cannot be written: {error.strerror}. Choose another path."
        ) from error
