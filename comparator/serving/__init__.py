"""How the site is served: what goes around every answer, how a process tells of itself, and what starts it."""
