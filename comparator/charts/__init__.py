"""Charts from analysis results, one function each, in one theme. No screen."""
