"""Institutions, beds, residents, projects, services for the elderly: its own room, above assistance and below reporting."""
