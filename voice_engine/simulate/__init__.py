"""Conversations in milliseconds: a virtual clock, scripted callers and providers, faults."""
