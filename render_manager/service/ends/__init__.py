"""What happens when a task ends: others are told, and a movie is made of it."""
