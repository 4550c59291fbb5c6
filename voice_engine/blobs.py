"""Finished recordings by key, in a local directory; the face an object store will have."""

import os
import shutil
from pathlib import Path
from typing import BinaryIO

from voice_engine.kernel.errors import NotFound


class LocalBlobs:
    """Keys are relative paths such as `<org>/<call>/<session>.wav`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, key: str) -> Path:
        """Where the blob lies; raises NotFound for a key that leaves the root."""
        path = (self._root / key).resolve()
        if not path.is_relative_to(self._root.resolve()):
            raise NotFound("artifact_not_found", "There is no such artifact.")
        return path

    def adopt(self, key: str, file: Path) -> None:
        """Move a finished local file in, atomically."""
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(target.suffix + ".part")
        shutil.move(file, partial)
        os.replace(partial, target)

    def write(self, key: str, source: BinaryIO) -> None:
        """Copy what is left of `source`; nobody sees half of it."""
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(target.suffix + ".part")
        with partial.open("wb") as file:
            shutil.copyfileobj(source, file)
        os.replace(partial, target)

    def delete(self, key: str) -> None:
        """Remove the blob; a missing one is fine."""
        self.path(key).unlink(missing_ok=True)
