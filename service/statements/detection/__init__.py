"""Whether a sentence is an assurance, of what, and with which exception."""
