"""Sound as arithmetic."""
