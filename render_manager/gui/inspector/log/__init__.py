"""A log of any size: read, searched and understood in the background, painted where it is seen."""
