"""Login sessions, and what signing in and out changes."""
