"""From the publishers' files to a snapshot: the only place that parses them."""
