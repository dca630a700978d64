"""Who is there, who works where, and what was done: offices, users, postings, people, accounts, files, audit."""
