"""A page to try the server by hand."""
