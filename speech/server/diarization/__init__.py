"""Who spoke when, voices as numbers, and where speech is, over HTTP."""
