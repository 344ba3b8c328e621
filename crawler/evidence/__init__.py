"""Evidence: from a row of the database to the bytes it was read from, and whether they are still the same."""
