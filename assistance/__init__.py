"""What people are granted and paid: from the application form to the bank's return."""
