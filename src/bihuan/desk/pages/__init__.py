"""Pages of the desk: inbox with its views, several cases at once, putting aside, search, board."""
