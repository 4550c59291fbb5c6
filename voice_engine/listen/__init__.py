"""Sound → turns."""
