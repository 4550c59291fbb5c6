"""The signed query of CreateToken: HMAC-SHA1 over method, path and the sorted, encoded parameters."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote


def token_query(key_id: str, secret: str, nonce: str, now: str) -> str:
    """The query of a GET at path /. `now` is UTC, 2023-11-14T22:13:20Z; a nonce serves once."""
    query = _encoded(
        {
            "AccessKeyId": key_id,
            "Action": "CreateToken",
            "Format": "JSON",
            "RegionId": "cn-shanghai",
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": nonce,
            "SignatureVersion": "1.0",
            "Timestamp": now,
            "Version": "2019-02-28",
        }
    )
    return f"Signature={quote(signature(secret, 'GET', query), safe='')}&{query}"


def signature(secret: str, method: str, query: str) -> str:
    """base64, not yet percent-encoded, over a query that is sorted and encoded."""
    text = f"{method}&%2F&{quote(query, safe='')}"
    return base64.b64encode(hmac.new(f"{secret}&".encode(), text.encode(), hashlib.sha1).digest()).decode()


def _encoded(parameters: Mapping[str, str]) -> str:
    pairs = sorted((quote(k, safe=""), quote(v, safe="")) for k, v in parameters.items())
    return "&".join(f"{k}={v}" for k, v in pairs)
