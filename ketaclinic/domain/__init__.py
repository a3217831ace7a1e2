"""The clinic's language as values and pure functions: no input or output, no clock, no Qt, no SQL."""
