"""Words everyone shares. No I/O, no framework."""
