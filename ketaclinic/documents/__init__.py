"""The only package that knows PDF: each layout is a pure function from a frozen `Sheet` to bytes."""
