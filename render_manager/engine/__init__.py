"""How runs happen: processes, their logs, and the evidence they leave."""
