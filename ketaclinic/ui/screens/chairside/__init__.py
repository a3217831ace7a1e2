"""The chairs in use and the session of each: what a nurse runs the day with."""
