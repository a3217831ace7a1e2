"""The keys of a measured database, which holds nobody."""

KEY = "6b" * 32
AUDIT_KEY = b"the key of a measured database.."
