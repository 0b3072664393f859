"""What comes on a stick and what goes back on one: batches, their parts, the server's key, receipts."""
