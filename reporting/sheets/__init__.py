"""Figures put together: tables, and the report as a paper."""
