"""The control plane's configuration section."""

from pydantic import Field, SecretStr

from voice_engine.kernel.settings import Settings


class ApiSettings(Settings):
    """`YINGDA_API_*` and what the API process needs of the shared settings."""

    api_host: str = Field("127.0.0.1", description="address the API listens on")
    api_port: int = Field(8000, ge=0, le=65_535, description="port the API listens on")
    api_threads: int = Field(
        16, ge=1, le=200, description="requests handled at once; also the number of database connections"
    )
    api_body_limit: int = Field(1 << 20, ge=1024, description="largest request body in bytes")
    api_file_limit: int = Field(
        20 << 20, ge=1024, le=1 << 30, description="largest uploaded file in bytes (POST /v1/files)"
    )
    api_waiting_calls_public: int = Field(
        10, ge=1, description="most calls of one public key that may wait for their clients at once"
    )
    api_waiting_calls_private: int = Field(100, ge=1, description="the same for one private key or member")
    api_cors_origins: list[str] = Field(
        default_factory=lambda: ["*"],
        description="origins whose pages may read answers; no cookie is ever used, a key is always needed",
    )
    api_own_voices_on_platform: bool = Field(
        False,
        description="organisations without a credential may make voices in the platform's account",
    )
    api_rate_limit_key: int = Field(
        1200, ge=0, description="requests of one key or person in 60 seconds; 0 = as many as they like"
    )
    api_rate_limit_organization: int = Field(
        6000, ge=0, description="the same for all keys of an organisation, which may lower it for itself"
    )
    api_request_timeout_s: float = Field(
        30.0, gt=0, description="seconds until a request that no vendor is waited for is given up"
    )
    api_jwt_private_key: SecretStr = Field(
        SecretStr(""), description="RSA key (PEM) for RS256 access tokens; empty = Ed25519 from the secret"
    )
    api_trusted_proxies: str = Field(
        "127.0.0.1", description="comma list of proxies whose X-Forwarded-For is believed"
    )
    concurrency_limit: int = Field(
        100, ge=1, description="calls an organisation may have at once, unless it has set fewer"
    )
    sip_domain: str = Field("sip.localhost", description="host of this installation's own SIP addresses")
    replay_window_s: float = Field(
        20, ge=0, le=3600, description="seconds in which the same POST of an outbound call dials once"
    )
