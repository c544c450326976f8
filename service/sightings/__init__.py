"""One statement in many places: which sentences of a company are the same one, and what becomes of it. Pure."""
