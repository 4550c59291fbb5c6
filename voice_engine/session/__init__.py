"""One conversation, whole."""
