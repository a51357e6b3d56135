"""The window: gestures in, widgets out. Talks to the service alone."""
