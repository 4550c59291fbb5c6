"""The configuration section of the worker and the events process."""

from pydantic import Field

from api.settings import ApiSettings


class JobsSettings(ApiSettings):
    """What they need beyond the API's settings."""

    worker_metrics_port: int = Field(0, description="port of the worker's /metrics; 0 = none")
    events_metrics_port: int = Field(0, description="port of the events process's /metrics; 0 = none")
    metrics_host: str = Field("127.0.0.1", description="address these ports listen on")
