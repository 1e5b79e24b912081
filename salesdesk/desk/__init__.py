"""One person's use-cases: the next task, what happened, when to call again, and why."""
