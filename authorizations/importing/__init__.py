"""Lists of people who are to get licences, as admins have them: from bytes to checked rows."""
