"""The commands that speak to a Render Manager that runs, here or on another computer."""
