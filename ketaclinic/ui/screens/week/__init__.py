"""A week's chairs at a glance."""
