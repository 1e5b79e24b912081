"""How a desk begins: an empty one with its first admin and rules, or a demo."""
