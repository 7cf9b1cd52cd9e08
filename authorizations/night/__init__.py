"""The nightly job: what is recomputed, proved, told and tidied after a reseller's midnight.

`run` is one night of one reseller, `notices` what customers are owed, `digest` what managers
read in the morning, `due` which nights are still to be done.
"""
