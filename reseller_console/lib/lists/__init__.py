"""Lists of any length: keys to page by, places in an address, search words, the screen."""
