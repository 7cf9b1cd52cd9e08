"""The worklist: every purchase authorization of a reseller that awaits an order.

`listing` reads an address, `page` fetches its rows, `screen` gathers what the page shows,
`export` writes the same list as a file.
"""
