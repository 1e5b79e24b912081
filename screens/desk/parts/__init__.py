"""The parts beside the card, each a widget that knows none of the others."""
