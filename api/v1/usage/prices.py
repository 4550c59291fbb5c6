"""The price list as it stands in the file, read once per process."""

from functools import cache
from importlib.resources import files

import yaml

from api.v1.usage.rating import PriceList, price_list


@cache
def prices() -> PriceList:
    """Prices and rates; raises KeyError or ValueError naming what is wrong with the file."""
    return price_list(
        yaml.safe_load(files("voice_engine.providers").joinpath("prices.yaml").read_text("utf-8"))
    )
