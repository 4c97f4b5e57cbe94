"""One file for each resource of the API; a route asks access, calls one room, and answers."""
