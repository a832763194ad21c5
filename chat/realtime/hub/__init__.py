"""This process's connections by room and person. Knows no models and no protocol."""
