"""The demo council's meeting: an invented session of the invented commune of Modrzewica, and how it is read aloud."""
