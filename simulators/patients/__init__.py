"""Virtual patients, pure: a body whose values follow the hours and days, and a story of what befalls it.

The same seed and the same times give the same values, whatever was asked before: a home that was stopped
carries on as if it had not been.
"""
