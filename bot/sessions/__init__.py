"""What several bots share: which chat is in which draft, and who answers it now (docs/adr/0294)."""
