"""The renewals of a reseller, in the order in which their windows close.

`listing` reads an address, `page` fetches its rows, `forecast` adds up the months ahead, `screen`
gathers what the page shows, `export` writes the same list as a file.
"""
