"""Forms of figures, targets and reports."""
