"""The journal on disk: the only room with SQL. Memory is the truth; what is here brings it back."""
