"""Where a client is: places, numbers and countries, and the time zones that follow from them."""
