"""Python SDK of Yingda 应答.

```python
from yingda import Yingda

client = Yingda()  # YINGDA_API_KEY, YINGDA_BASE_URL
for assistant in client.assistants.list():
    print(assistant.id, assistant.name)
```
"""

from yingda import errors, live, types, webhooks
from yingda._client import AsyncYingda, Yingda
from yingda._object import Object
from yingda._options import Options
from yingda._stream import StreamEvent
from yingda._version import VERSION as __version__
from yingda.errors import APIError, YingdaError

__all__ = [
    "APIError",
    "AsyncYingda",
    "Object",
    "Options",
    "StreamEvent",
    "Yingda",
    "YingdaError",
    "__version__",
    "errors",
    "live",
    "types",
    "webhooks",
]
