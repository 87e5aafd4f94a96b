"""How recordings come in without somebody adding each: lists and folders in bulk, a watched folder, followed sources."""
