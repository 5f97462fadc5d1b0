"""The nn criterions, one file per theme."""
