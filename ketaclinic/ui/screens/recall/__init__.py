"""Recall: calls to make, people to book, places to fill."""
