"""API keys of one organisation."""

from api.db.repo import Repo
from api.v1.api_keys.model import ApiKeyRow


class ApiKeys(Repo[ApiKeyRow]):
    row = ApiKeyRow
    noun = "API key"
