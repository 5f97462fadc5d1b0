"""Arithmetic on plain arrays with ``out=``; nothing here knows a Module."""
