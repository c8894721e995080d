"""The questions asked of a snapshot. No screen, no files."""
