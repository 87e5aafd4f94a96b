"""Speech recognised while it is spoken, over a websocket."""
