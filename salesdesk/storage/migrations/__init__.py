"""The schema's history, as Alembic migrations that are packaged with the program."""
