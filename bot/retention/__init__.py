"""What leaves the server for good: receipts that every reviewer signed, and what is over."""
