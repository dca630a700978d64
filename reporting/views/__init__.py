"""Pages of figures, targets and reports."""
