"""Many people, one base: shifts and breaks, who is given whom, and clients that somebody left open."""
