"""Torch's tensor functions on NumPy arrays."""

from .serialization import load, register

__all__ = ["load", "register"]
