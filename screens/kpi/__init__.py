"""The figures of the team, and the clients who are held too long."""
