"""The pages of the house itself: log-in, offices, users, audit trail, county settings, background jobs.

They stand above the page frame, because they use its forms and lists; the acts they call are services of the
registry and of jobs.
"""
