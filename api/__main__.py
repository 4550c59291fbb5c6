"""`python -m api`: one API process."""

import uvicorn

from api.app import create_app
from api.settings import ApiSettings
from voice_engine.kernel import log


def main() -> None:
    settings = ApiSettings()
    log.setup("api", level=settings.log_level, fmt=settings.log_format)
    uvicorn.run(
        create_app(settings),
        host=settings.api_host,
        port=settings.api_port,
        loop="uvloop",
        http="httptools",
        access_log=False,  # `http.middleware` writes the line
        log_config=None,
        forwarded_allow_ips=settings.api_trusted_proxies,
        timeout_graceful_shutdown=10,
    )


if __name__ == "__main__":
    main()
