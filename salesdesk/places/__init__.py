"""Where on earth a named place is: towns, regions and postcodes, and the time zones that they tell."""
