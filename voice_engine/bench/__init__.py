"""How much does a call cost, and how late are we? Real sockets, real time, vendors with fixed delays."""
