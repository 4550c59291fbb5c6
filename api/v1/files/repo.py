"""SQL for files."""

from collections.abc import Sequence

from api.db.repo import Repo, Window
from api.v1.files.model import FileRow


class Files(Repo[FileRow]):
    """The files of one organisation."""

    row = FileRow
    noun = "file"

    def matching(self, window: Window, purpose: str | None) -> Sequence[FileRow]:
        """Newest first; only those of a purpose, if one is named."""
        return self.shown(window, **({"purpose": purpose} if purpose is not None else {}))
