"""Text to sound over HTTP."""
