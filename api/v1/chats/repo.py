"""SQL for chats."""

from api.db.repo import Repo
from api.v1.chats.model import ChatRow


class Chats(Repo[ChatRow]):
    """The chats of one organisation."""

    row = ChatRow
    noun = "chat"
