"""The stream that the product is named after: what can be asked, what can have happened, and whether it is allowed."""
