"""What every page shares: menu, page frame, form fields, template tags. It knows no benefit."""
