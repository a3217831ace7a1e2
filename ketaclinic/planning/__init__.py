"""Search and optimisation over domain values; knows no database and no screen."""
