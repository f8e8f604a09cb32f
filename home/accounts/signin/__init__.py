"""The one door: passwords, one-time codes, second factor, sessions (decision 14). django-allauth does the work behind it."""
