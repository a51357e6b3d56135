"""A task looked at closely: its frames large, its log, and what is known of it and its runs."""
