"""The sheet on which tasks are changed, before or after they are queued."""
