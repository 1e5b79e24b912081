"""Who gets in, as whom, and what they may do: sign-in, passwords, rights, refusals, and the database's own roles."""
