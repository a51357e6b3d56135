"""The machines that render: what they are at, and switching them on and off."""
