"""Money is an integer of micro-units: 1 CNY = 1 000 000 micros. Never a float, but in the API's JSON."""

MICROS = 1_000_000
