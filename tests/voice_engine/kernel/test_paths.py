"""The WebSocket paths."""

import pytest

from voice_engine.kernel.errors import NotFound
from voice_engine.kernel.paths import call_socket


@pytest.mark.parametrize("kind", ["transport", "listen"])
def test_a_path_names_a_call_and_what_is_wanted_of_it(kind: str):
    assert call_socket(f"/c1/{kind}") == ("c1", kind)


@pytest.mark.parametrize("path", ["/", "/c1", "/c1/control", "/v1/voice/ws", "/c1/transport/more"])
def test_any_other_path_is_answered_with_those_there_are(path: str):
    with pytest.raises(NotFound, match="callId}/transport"):
        call_socket(path)
