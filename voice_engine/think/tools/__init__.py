"""Tools in a conversation: what they are given, what is said around them, who runs them."""
