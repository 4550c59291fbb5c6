"""The models of this process, for conversations in text."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from voice_engine.providers.base import Llm
from voice_engine.settings import EngineSettings
from voice_engine.spec import ModelSpec

if TYPE_CHECKING:
    from voice_engine.providers.factory import Factory
    from voice_engine.providers.pool.troubles import Trouble


class Models:
    """One per process: it remembers how the vendors do."""

    def __init__(self, settings: EngineSettings) -> None:
        self.settings = settings

    @cached_property
    def _factory(self) -> "Factory":
        # Vendors' libraries are loaded only where a vendor is asked.
        from voice_engine.providers.factory import Factory

        return Factory(self.settings)

    def llm(self, org_id: str, watcher: Callable[["Trouble"], None], spec: ModelSpec) -> Llm:
        """A model; raises ProviderError and BadRequest like the factory. `watcher` is told its troubles."""
        from voice_engine.providers.pool.troubles import Troubles

        troubles = Troubles()
        troubles.subscribe(watcher)
        return self._factory.llm(spec, org_id, troubles, hedged=False)


def models_of(state: Any) -> Models:
    """The application's, made at the first use; `state` is `app.state`."""
    if not hasattr(state, "text_models"):
        state.text_models = Models(EngineSettings(**state.wiring.settings.model_dump()))
    found: Models = state.text_models
    return found
