"""What every room may lean on; knows nothing of rendering."""
