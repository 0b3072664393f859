"""Files out and in as QR codes, where no stick is allowed (docs/adr/0199)."""
