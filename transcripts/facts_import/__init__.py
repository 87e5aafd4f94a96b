"""The office's own record of a meeting: named vote lists and agendas, which outrank what was read out of speech."""
