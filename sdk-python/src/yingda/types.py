"""The types of answers (`types.Assistant`), and of what is sent (`types.CreateAssistantParam`)."""

from yingda._generated.objects import *  # noqa: F403
from yingda._generated.params import *  # noqa: F403
