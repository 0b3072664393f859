"""The ways in: what a channel may say (`events`), and a module or folder for each messenger."""
