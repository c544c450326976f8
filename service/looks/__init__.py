"""A look at what is watched: which is due, what it shows, and that it is written down. The shells that await."""
