"""SQL for assistants."""

from api.db.repo import Repo
from api.v1.assistants.model import AssistantRow


class Assistants(Repo[AssistantRow]):
    """The assistants of one organisation."""

    row = AssistantRow
    noun = "assistant"
