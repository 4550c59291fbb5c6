"""What a client says on the gateway's socket: messages of one task."""

import json
import uuid
from collections.abc import Mapping
from typing import Any

SUCCESS = 20000000


class Task:
    """One piece of work; its id is 32 lower-case hex digits, as the gateway demands."""

    def __init__(self, appkey: str, namespace: str) -> None:
        self.id = uuid.uuid4().hex
        self._appkey, self._namespace = appkey, namespace

    def say(self, name: str, payload: Mapping[str, Any] | None = None) -> str:
        """A message named so."""
        header = {
            "appkey": self._appkey,
            "namespace": self._namespace,
            "name": name,
            "task_id": self.id,
            "message_id": uuid.uuid4().hex,
        }
        said = {"header": header} if payload is None else {"header": header, "payload": payload}
        return json.dumps(said, ensure_ascii=False)
