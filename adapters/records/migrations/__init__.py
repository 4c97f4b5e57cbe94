"""How the tables of the records came to be, a file for each revision; none is changed once it was released."""
