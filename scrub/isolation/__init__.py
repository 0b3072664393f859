"""The process that holds the decoders, its confined children, and the bytes between them and the bot."""
