"""The one home of lists of any length.

What a list asks for stands in its address (`address`, or `section` for one of several on a
page), is sorted by keys (`keyset`), read a page at a time (`paging`), searched (`words`, `reach`),
shown (`screen`, `stencils`) and written to a file as a whole (`export`). Nobody else cuts a list
off at a place.

Choosing rows of a list is to come. It will stand here as `selection`: ticked rows by their ids,
and "all that match" by the list's address, which `export` takes as well.
"""
