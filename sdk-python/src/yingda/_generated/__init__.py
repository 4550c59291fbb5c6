"""Written by scripts/sdk-python."""
