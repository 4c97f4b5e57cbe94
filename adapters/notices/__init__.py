"""Messages that leave the house: what they say, and the ways by which they go.

A message carries the infusion's opaque code, a milestone, its dates and a link; never who the patient is.
"""
