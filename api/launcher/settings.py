"""The launcher's configuration section: everything, because it starts everything."""

import os
import socket

from pydantic import Field, ValidationError
from pydantic_settings import SettingsError
from yaml import YAMLError

from api.jobs.settings import JobsSettings
from voice_engine.kernel.errors import BadRequest
from voice_engine.settings import EngineSettings


class LauncherSettings(JobsSettings, EngineSettings):
    """What `yingda serve` and `yingda doctor` go by."""

    engines: int = Field(0, ge=0, le=64, description="engine processes; 0 = one per core")
    redis_port: int = Field(0, ge=0, le=65535, description="port of the embedded Redis; 0 = any free one")
    worker_threads: int = Field(4, ge=1, le=64, description="background tasks (webhooks, summaries) at once")
    stop_patience: float = Field(10.0, ge=0, description="seconds a process gets to finish when stopping")

    @property
    def engine_count(self) -> int:
        return self.engines or len(os.sched_getaffinity(0))

    @property
    def address(self) -> str:
        """Where this machine reaches the API: an unspecified address listens on loopback too."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.api_host, self.api_host)

    @property
    def local_url(self) -> str:
        """What this machine's own processes reach the API under."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"http://{host}:{self.api_port}"

    @property
    def url(self) -> str:
        """What people reach the API under: as configured, else as it listens."""
        given = "public_url" in self.model_fields_set
        return self.public_url.rstrip("/") if given else self.local_url

    def engine_name(self, index: int) -> str:
        """The id engine `index` registers under; stable, so that a restarted one finds what it left."""
        return f"{self.engine_id or socket.gethostname()}-{index}"


def load() -> LauncherSettings:
    """The settings; raises BadRequest that names every variable with a value it cannot have."""
    try:
        return LauncherSettings()
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in error.errors(include_input=False)]
        raise BadRequest("bad_settings", "The configuration is wrong:\n  " + "\n  ".join(faults)) from None
    except (OSError, YAMLError, SettingsError) as error:
        raise BadRequest("bad_settings", f"The configuration cannot be read: {error}") from None
