"""What a text says: sentences, whether they are assurances, who makes them. Pure."""
