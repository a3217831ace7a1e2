"""Small parts that screens and dialogs are put together from; one file for each."""
