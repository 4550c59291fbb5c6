"""Turns → words."""
