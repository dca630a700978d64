"""Pages of the house: gate, form, service, answer."""
