"""The verbs: what every door may ask for, and the one place where the queue is changed."""
