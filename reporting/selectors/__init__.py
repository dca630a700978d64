"""What the pages of figures and reports read."""
