"""The age format for people: `silbo-admin age`, and the plug-in for an older `age`."""
