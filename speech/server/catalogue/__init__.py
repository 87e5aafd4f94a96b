"""Which models there are, which are loaded."""
