"""Lists of people who are to get licenses, as admins have them: from bytes to checked rows."""
