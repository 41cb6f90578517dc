"""AgentDojo's pairs of an honest task and an attack, against the real authoriser."""
