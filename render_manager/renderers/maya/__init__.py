"""Maya's batch renderer: `Render`, with whichever of its renderers the scene uses."""
