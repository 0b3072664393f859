"""Succession: a reviewer who leaves hands cases over to those who come next, and then forgets (ADR 0226)."""
