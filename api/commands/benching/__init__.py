"""The parts of `yingda bench rest`."""
