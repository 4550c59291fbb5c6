"""A tenant's own recogniser and voice, by Vapi's contracts, on loopback."""

from tests.emulators.custom.server import CustomEmulator

__all__ = ["CustomEmulator"]
