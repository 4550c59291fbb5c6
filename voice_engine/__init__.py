"""The conversation: everything between a caller's sound and the agent's sound. Knows no business table."""
