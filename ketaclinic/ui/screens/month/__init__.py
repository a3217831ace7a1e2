"""A month's load at a glance."""
