"""The servers of an assistant and of its tools, rendered, with their secrets sealed or opened. Pure."""

from collections.abc import Callable
from typing import Any

from api.v1.assistants.schemas.server import Server
from voice_engine.kernel.templates import Templates

Json = dict[str, Any]
Unseal = Callable[[str], str]

SECRET_HEADER = "X-Vapi-Secret"


def rendered(shape: Server, sealed_secret: str, templates: Templates, place: str) -> Json:
    """`{url, timeoutSeconds, headers, sealedSecret, backoffPlan}`, the last two if there are any."""
    found: Json = {
        "url": templates.text(shape.url or "", f"{place}.url"),
        "timeoutSeconds": shape.timeout_seconds,
        "headers": templates.tree(shape.headers, f"{place}.headers"),
    }
    if sealed_secret:
        found["sealedSecret"] = sealed_secret
    if shape.backoff_plan is not None:
        found["backoffPlan"] = shape.backoff_plan.given()
    return found


def target(server: Json, unseal: Unseal) -> Json:
    """A rendered server as fields of a ToolSpec, its secret opened."""
    headers = dict(server["headers"])
    if server.get("sealedSecret"):
        headers[SECRET_HEADER] = unseal(server["sealedSecret"])
    return {"server_url": server["url"], "server_headers": headers, "timeout_s": server["timeoutSeconds"]}
