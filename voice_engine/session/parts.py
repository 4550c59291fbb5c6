"""What a session is made of and what it shares with the others of its process."""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from voice_engine.kernel.errors import Unavailable
from voice_engine.listen.patience import FinalDelay
from voice_engine.providers.base import Llm, Stt, Tts, Vad
from voice_engine.providers.base_realtime import Realtime
from voice_engine.providers.pool.troubles import Troubles
from voice_engine.session.speculation import Odds
from voice_engine.speak.beds import Beds
from voice_engine.speak.cache import SpeechCache
from voice_engine.spec import AssistantSpec, DestinationSpec, SquadSpec
from voice_engine.think.tools.base import ToolAccess


@dataclass(frozen=True, slots=True)
class Parts:
    """The vendors of one assistant. `troubles` is where they tell what goes wrong.

    With `realtime`, which hears and thinks itself, there is no recogniser and no model; the voice says what
    it does not.
    """

    stt: Stt | None
    llm: Llm | None
    tts: Tts
    vad: Vad
    troubles: Troubles = field(default_factory=Troubles)
    realtime: Realtime | None = None


@dataclass(frozen=True, slots=True)
class Referred:
    """What the control plane makes of a referral: more members, who of them takes over, how (if the engine
    does not know already), and the values that templates were filled in with.
    """

    squad: SquadSpec
    entry: str
    destination: DestinationSpec | None = None
    variables: dict[str, Any] = field(default_factory=dict)


Refer = Callable[[dict[str, Any]], Awaitable[Referred]]


async def nobody_known(_: dict[str, Any]) -> Referred:
    """Without a control plane: raises Unavailable."""
    raise Unavailable("handoff_refused", "Only members of the squad can take over here.")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`delays`: how late finals come, by recogniser. `parts_for` builds the vendors of whoever takes over, a
    squad's next member or a lost model's stand-in; raises ProviderError or BadRequest. `refer` asks the
    control plane for members who are not in the spec: `{referral, variables}`; raises YingdaError.
    """

    tools: ToolAccess
    keep_recording: Callable[[], str] | None = None
    odds: Odds = field(default_factory=Odds)
    delays: dict[str, FinalDelay] = field(default_factory=lambda: defaultdict(FinalDelay))
    cache: SpeechCache | None = None
    beds: Beds | None = None
    parts_for: Callable[[AssistantSpec], Parts] | None = None
    refer: Refer = nobody_known
