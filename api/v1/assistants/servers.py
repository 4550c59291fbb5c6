"""The servers of an assistant and of its tools, rendered, with their secrets sealed or opened. Pure."""

from collections.abc import Callable
from typing import Any

from api.v1.assistants.schemas.server import Server
from voice_engine.kernel.templates import Templates
from voice_engine.spec import AuthenticationSpec

Json = dict[str, Any]
Unseal = Callable[[str], str]

SECRET_HEADER = "X-Vapi-Secret"


def rendered(shape: Server, sealed_secret: str, templates: Templates, place: str) -> Json:
    """A server as api.v1.webhooks.targets describes it, its templates rendered."""
    found: Json = {
        "url": templates.text(shape.url or "", f"{place}.url"),
        "timeoutSeconds": shape.timeout_seconds,
        "headers": templates.tree(shape.headers, f"{place}.headers"),
    }
    if sealed_secret:
        found["sealedSecret"] = sealed_secret
    if shape.backoff_plan is not None:
        found["backoffPlan"] = shape.backoff_plan.given()
    if shape.credential_id:
        found["credentialId"] = shape.credential_id
    if shape.encrypted_paths:
        found["encryptedPaths"] = [*shape.encrypted_paths]
    return found


def target(server: Json, unseal: Unseal) -> Json:
    """A rendered server as fields of a ToolSpec, its secret opened; its credential is still to be found."""
    headers = dict(server.get("headers") or {})
    if server.get("sealedSecret"):
        headers[SECRET_HEADER] = unseal(server["sealedSecret"])
    reached: Json = {"server_url": server["url"], "server_headers": headers}
    if server.get("authentication"):
        reached["authentication"] = server["authentication"]
    elif server.get("credentialId"):
        paths = tuple(server.get("encryptedPaths") or ())
        asked = AuthenticationSpec(credential_id=server["credentialId"], encrypted_paths=paths)
        reached["authentication"] = asked
    return {**reached, "timeout_s": server["timeoutSeconds"]}
