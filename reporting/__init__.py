"""Figures and reports: reads rows, calls nobody."""
