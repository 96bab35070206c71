"""What is fast and what it costs, as ratios in one run."""
