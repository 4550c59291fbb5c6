"""The WebSocket pump: sockets, deadlines and clocks of every vendor that speaks over one.

A vendor supplies a codec (codec.py): bytes and text in, facts out, pure. The pumps (stt.py, tts.py) do the
rest: connect, feed, wait with a deadline, hang up, keep sockets warm (warm.py).
"""
