"""What is written down of a session."""

from voice_engine.kernel.events import EventType
from voice_engine.simulate.world import World, assistant
from voice_engine.spec import VoiceSpec


def test_a_sessions_log_says_whose_keys_it_uses():
    spec = assistant()
    model = spec.model.model_copy(update={"sealed_api_key": "v1.sealed", "credential_id": "cred-1"})
    other = VoiceSpec(provider="minimax", model="speech-2.6-turbo", sealed_api_key="v1.hush")
    voice = spec.voice.model_copy(update={"fallbacks": (other,)})

    outcome = World(says=[], spec=spec.model_copy(update={"model": model, "voice": voice}), until=1).run()

    started = outcome.of(EventType.SESSION_STARTED)[0].data
    whose = [(vendor["component"], vendor["credential"]) for vendor in started["vendors"]]
    assert whose == [
        ("transcriber", "platform"), ("model", "cred-1"), ("voice", "platform"), ("voice", "assistant"),
    ]  # fmt: skip
    assert "hush" not in str(started)
