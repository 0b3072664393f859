"""The commands of `silbo`, a module each; `bot.cli` imports the one that is called."""
