"""Telephone lines: numbers, SIP, dialling. Nothing is here yet: a storey kept between api and voice_engine."""
