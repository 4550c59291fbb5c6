"""`python -m voice_engine`: one engine process."""

import uvloop

from voice_engine.kernel import log
from voice_engine.settings import EngineSettings
from voice_engine.wiring import serve


def main() -> None:
    """Run until told to stop."""
    settings = EngineSettings()
    log.setup("engine", level=settings.log_level, fmt=settings.log_format)
    uvloop.run(serve(settings))


if __name__ == "__main__":
    main()
