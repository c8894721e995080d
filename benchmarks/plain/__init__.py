"""The Compare page written the plain way, for comparison: nothing here is part of the application."""
