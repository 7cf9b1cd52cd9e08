"""Tables that people bring as files: one reader for all of them.

What a file is (`kinds`), how its bytes are read (`encodings`), what its rows are (`separated` for
text, `workbooks` for spreadsheets), which row holds the heads and which column is which
(`heads`), and the records with the numbers of their lines (`reader`). An import declares its
columns and judges what stands in them; `cells` reads what is the same for all: dates, a
spreadsheet's errors, the guard of our own exports.
"""
