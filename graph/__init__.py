"""What the region is, and the questions asked of it; imports no other room."""
