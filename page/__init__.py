"""The drop page: static HTML and TypeScript that encrypts in the browser, and what builds it to one file."""
