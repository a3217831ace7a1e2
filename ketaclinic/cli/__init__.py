"""The commands without a window, over the same services: for nightly prints, imports, checks, and for tests."""
