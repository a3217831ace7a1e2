"""The only package that knows SQL: tables, the one door to them, and queries that return domain values."""
