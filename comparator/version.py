"""The version of the code, written into every snapshot."""

__version__ = "0.1.0"
