"""What in the settings would break a promise?"""
