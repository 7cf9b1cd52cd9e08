"""A reseller's existing customers, read from a CSV file.

`reading` turns a file into records, `rows` a record into a checked customer or a list of
what is wrong; `customers.actions.import_rows` stores them. The checks are those of the dialog.
"""
