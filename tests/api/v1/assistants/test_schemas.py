"""What an assistant may be, before anything is stored."""

import pytest
from pydantic import ValidationError

from api.v1.assistants.schemas.model import DeepSeekModel


@pytest.mark.parametrize("model", ["deepseek-chat", "deepseek-reasoner"])
def test_a_retired_model_is_refused_with_its_successors_name(model: str):
    with pytest.raises(ValidationError, match=r"has retired .*; use deepseek-v4-"):
        DeepSeekModel.model_validate({"provider": "deep-seek", "model": model})


def test_a_model_that_is_served_is_taken():
    served = DeepSeekModel.model_validate({"provider": "deep-seek", "model": "deepseek-v4-flash"})

    assert served.model == "deepseek-v4-flash"
