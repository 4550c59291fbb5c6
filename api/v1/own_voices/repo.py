"""SQL for voices of one's own."""

from api.db.repo import Repo, Window
from api.v1.own_voices.model import OwnVoiceRow

MOST = 200  # voices an organisation may have


class OwnVoices(Repo[OwnVoiceRow]):
    """The own voices of one organisation."""

    row = OwnVoiceRow
    noun = "own voice"

    def all(self) -> tuple[OwnVoiceRow, ...]:
        """Every one, newest first."""
        return tuple(self.shown(Window(limit=MOST)))
