"""The one home of lists of any length.

What a list asks for is in its address (`address`, or `section` for one of several on a page), is
sorted by keys (`keyset`), read a page at a time (`paging`), searched (`words`, `search`, `reach`),
shown (`screen`, `stencils`) and written to a file as a whole (`export`). No one else cuts a list
off at a place.

Choosing rows of a list is to come. It will stand here as `selection`: ticked rows by their ids,
and "all that match" by the list's address, which `export` takes as well.
"""

from reseller_console.lib.lists.address import ListAddress, read_as_of
from reseller_console.lib.lists.export import FileColumn, Kind, ListFile, batches, file_response
from reseller_console.lib.lists.keyset import (
    Key,
    computed,
    keys_of,
    read_date,
    read_id,
    read_instant,
    read_text,
    standing_before,
)
from reseller_console.lib.lists.paging import Around, Paging
from reseller_console.lib.lists.reach import Compiled, Ids, gather, ids_of, walk
from reseller_console.lib.lists.screen import (
    ListScreen,
    PageLink,
    RailEntry,
    Switch,
    grouped,
    page_links,
)
from reseller_console.lib.lists.search import COUNTED_HITS, Hits, hits, ids_as_sql
from reseller_console.lib.lists.section import Section, SectionPage
from reseller_console.lib.lists.stencils import Stencil, joined
from reseller_console.lib.lists.words import cleaned, matching, reading

__all__ = [
    "COUNTED_HITS",
    "Around",
    "Compiled",
    "FileColumn",
    "Hits",
    "Ids",
    "Key",
    "Kind",
    "ListAddress",
    "ListFile",
    "ListScreen",
    "PageLink",
    "Paging",
    "RailEntry",
    "Section",
    "SectionPage",
    "Stencil",
    "Switch",
    "batches",
    "cleaned",
    "computed",
    "file_response",
    "gather",
    "grouped",
    "hits",
    "ids_as_sql",
    "ids_of",
    "joined",
    "keys_of",
    "matching",
    "page_links",
    "read_as_of",
    "read_date",
    "read_id",
    "read_instant",
    "read_text",
    "reading",
    "standing_before",
    "walk",
]
