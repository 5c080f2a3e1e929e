"""A reading of nobody, sent all the way each minute: is the way from hubs open, and how long does it take?"""
