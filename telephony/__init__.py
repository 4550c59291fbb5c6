"""Telephone lines: numbers, SIP, dialling. Nothing is here yet: the storey between api and voice_engine."""
