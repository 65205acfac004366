"""The pages of the room, a file a theme."""
