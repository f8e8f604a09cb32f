"""The one door: passwords, one-time codes, second factor, sessions (decision 13). django-allauth does the work behind it."""
