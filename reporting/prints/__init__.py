"""Papers of a case. They are made of the rows of assistance and of the shapes of document.py, which is why they
stand above both."""
