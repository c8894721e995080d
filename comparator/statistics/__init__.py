"""Pure mathematics on numbers and arrays: no files, no tables, no screen."""
