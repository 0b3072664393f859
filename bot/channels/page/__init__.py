"""The page and its door over HTTP (docs/protocol.md, "The door of the page")."""
