"""The nn modules, one file per theme."""
