"""What people and platforms send, and what is right: a file of cases, tried on the real code."""
