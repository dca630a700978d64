"""Renderers: a Document or Table in, bytes out. They know no benefit, ask no database and read no clock."""
