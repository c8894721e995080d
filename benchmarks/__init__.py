"""How fast the application is, measured from outside, beside the plain way of writing it."""
