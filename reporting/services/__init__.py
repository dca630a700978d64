"""Acts on targets and reports."""
