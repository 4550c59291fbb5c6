"""Telephone lines: numbers, SIP, dialling. Nothing is here yet; it is the storey between api and voice_engine."""
