"""The contracts everything rests on: Module, Criterion, Container, tables, buffers, random numbers."""
