"""What banks want to read and what they answer. Formats are data (spec.py), one writer and one reader serve all.

No database and no Django in here: lines come in as plain values, bytes go out, and the other way round.
"""
