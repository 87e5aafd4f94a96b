"""Who speaks: the council's people by every form of their names, what the chair says of who speaks next, and names that
the recogniser almost got right."""

VERSION = 3
"""Changes when the same transcript and the same people would give other names."""
