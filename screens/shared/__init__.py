"""What the screens share: keys, bars, pages, jobs and words."""
