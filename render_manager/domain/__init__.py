"""What a render is, as values and functions: no Qt, no SQL, no disk, no clock."""
