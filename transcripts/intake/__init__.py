"""How recordings come in without somebody adding each: lists, folders, a watched folder, followed sources."""
