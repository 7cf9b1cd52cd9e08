"""The message catalogs: what is translated, how it is found, and the files it is kept in.

A tool of developers (`./console messages`); the running console reads only the compiled
files. `docs/languages.md` tells how to work with it.
"""
