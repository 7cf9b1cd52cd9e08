"""The calendar feed: dates of purchases and terms, as calendars read them."""
