"""What to measure: choices into cells, cells into a schedule, and how long that will take."""
