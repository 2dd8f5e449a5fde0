"""What has to be proved or chosen exactly, by OR-Tools CP-SAT; the only importer of OR-Tools.

:mod:`shifts` says who takes open shifts, :mod:`contacts` proposes contact carers, :mod:`bounds` proves how
few different carers a citizen's week can have. OR-Tools takes about a second to import, so nothing is
imported here.
"""
