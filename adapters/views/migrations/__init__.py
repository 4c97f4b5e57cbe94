"""How the tables of the views came to be, a file for each revision; none is changed once it was released."""
