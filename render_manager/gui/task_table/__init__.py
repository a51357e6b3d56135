"""The task table: a row per task, quick with ten thousand of them."""
