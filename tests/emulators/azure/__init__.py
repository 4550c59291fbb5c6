"""Azure Speech's recogniser and voices over USP, on loopback."""

from tests.emulators.azure.server import AzureEmulator

__all__ = ["AzureEmulator"]
