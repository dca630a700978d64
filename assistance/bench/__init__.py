"""Benchmarks: each builds what it measures, measures it beside a baseline of the same run, and cleans up."""
