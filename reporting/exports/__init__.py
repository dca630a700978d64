"""Lists taken out of the house as Excel files: what was on the screen, made in the background, kept for some days."""
