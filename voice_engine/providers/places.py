"""Where a service is: the vendor's own address, the platform's, or one that a tenant has chosen (guarded)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from voice_engine import outbound
from voice_engine.kernel.clock import SystemClock
from voice_engine.kernel.errors import BadRequest, ProviderError, YingdaError
from voice_engine.kernel.ids import new_id
from voice_engine.providers.base import ProviderConfig
from voice_engine.providers.connections import Guard
from voice_engine.providers.options import Options
from voice_engine.servers.ask import Proof

SECRET_HEADER = "X-Vapi-Secret"


@dataclass(frozen=True, slots=True)
class Place:
    """`url` is http(s) and ends without a slash. `guard` is None where the platform vouches for it.

    `headers` are the tenant's own, with the secret of its server; `proof` is the server's credential.
    """

    url: str
    guard: Guard = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    proof: Proof | None = field(default=None, repr=False)

    async def shown(self, body: bytes = b"") -> dict[str, str]:
        """The headers of a request of exactly these bytes; the tenant's own win over its credential.

        Raises ProviderError("auth") where no token is to be had.
        """
        if self.proof is None:
            return dict(self.headers)
        own = {name.lower() for name in self.headers}
        try:
            proven = await self.proof.headers(body, new_id(), SystemClock().wall())
        except YingdaError as error:
            raise ProviderError("auth", "server", error.message) from error
        return {**{name: value for name, value in proven.items() if name.lower() not in own}, **self.headers}

    @property
    def socket(self) -> str:
        """The same over a WebSocket."""
        return self.url.replace("http", "ws", 1)

    def at(self, path: str, otherwise: str = "") -> "Place":
        """A resource of it; `otherwise` stands between them where the address has no path of its own."""
        scheme, host, own, query, _ = urlsplit(self.url)
        return Place(
            urlunsplit((scheme, host, (own or otherwise) + path, query, "")),
            self.guard,
            self.headers,
            self.proof,
        )


def place(config: ProviderConfig, label: str, home: str = "") -> Place:
    """Options `url`, or `server` {url, headers, secret} as Vapi has it; else `base_url`, else `home`.

    Raises BadRequest for an address that is none, leads inwards or lacks, and for impossible headers.
    """
    options = Options(config, label)
    server = options.object("server")
    own = server.get("url", "") or options.text("url")
    if own:
        guard = tuple(options.texts("allowedTargets"))
        outbound.check_url(_http(own), guard)
        known = server.get("proof")
        proof = Proof(known["plan"], known["secrets"], guard) if known else None
        return Place(_http(own).rstrip("/"), guard, _headers(server, label), proof)
    found = config.base_url or home
    if not found:
        sentence = f"Where is it? Give the {label} an address: `url`, or the platform's setting."
        raise BadRequest("address_missing", sentence, field="url")
    return Place(_http(found).rstrip("/"))


def _http(url: object) -> str:
    text = str(url)
    return text.replace("ws", "http", 1) if text.startswith(("ws:", "wss:")) else text


def _headers(server: Mapping[str, object], label: str) -> dict[str, str]:
    given = server.get("headers") or {}
    secret = {SECRET_HEADER: server["secret"]} if server.get("secret") else {}
    headers = {**given, **secret} if isinstance(given, Mapping) else {"": ""}
    for name, value in headers.items():
        said = f"{name}{value}"
        if not (name and isinstance(value, str) and said.isascii() and said.isprintable()):
            sentence = f"The {label}'s header {name!r} holds characters that no header may have."
            raise BadRequest("bad_header", sentence, field="server.headers")
    return headers
