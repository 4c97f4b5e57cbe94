"""The HTTP API: bodies are read strictly, problems carry a remedy and no input, and nobody sees what is not theirs."""
