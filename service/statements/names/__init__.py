"""Names in a text: companies known and unknown, people's titles, whose document it is."""
