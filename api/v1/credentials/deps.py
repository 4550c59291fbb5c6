"""The vendors of this process, for routes that ask one without a call."""

from typing import TYPE_CHECKING

from fastapi import Request

from voice_engine.settings import EngineSettings

if TYPE_CHECKING:
    from voice_engine.providers.factory import Factory


def engine_settings(request: Request) -> EngineSettings:
    """The engine's section, which knows the vendors' accounts."""
    state = request.app.state
    if not hasattr(state, "engine_settings"):
        state.engine_settings = EngineSettings(**state.wiring.settings.model_dump())
    settings: EngineSettings = state.engine_settings
    return settings


def vendors(request: Request) -> "Factory":
    """Adapters by specification. Vendors' libraries are loaded only where a vendor is asked."""
    from voice_engine.providers.factory import Factory

    state = request.app.state
    if not hasattr(state, "vendors"):
        state.vendors = Factory(engine_settings(request))
    factory: Factory = state.vendors
    return factory
