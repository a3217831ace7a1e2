"""Settings: who works here, what the clinic is called, when it is open, and who is on duty."""
