"""What the clinic may decide (protocols, limits, checklists, texts), read from `resources` and validated at start."""
