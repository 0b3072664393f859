"""Pictures: decoded, turned, converted to sRGB and encoded anew from their dots."""
