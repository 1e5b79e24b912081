"""salesdesk: a terminal desk for people who call clients all day."""

__version__ = "0.1.0"
