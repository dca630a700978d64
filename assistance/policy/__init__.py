"""Who may receive what, and how much: plain functions on frozen facts and dated standards.

One module per kind of rule. No database, no clock, no rounding before the end; what is not known stays
unknown. Every rule hands back its steps with the article each rests on, so that the amount can be printed and
explained. Worked examples in docs/policy/ are the test cases.
"""
