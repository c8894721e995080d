"""Documents as files: Word, PDF and HTML, from the same model and without a browser or an office suite."""
