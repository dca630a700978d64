"""Forms of the house: shape and format only; the rules are in the registry's services."""
