"""All tests; `python -m tests` sets everything up and runs them."""
