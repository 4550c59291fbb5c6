"""Arguments by their names in the API, where these are irregular. Generated."""

IRREGULAR: dict[str, str] = {"previous_response_id": "previous_response_id"}
