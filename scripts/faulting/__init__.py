"""Breaks the product on purpose, under load, and asks afterwards whether it kept what it had promised.

Real processes of the product are killed at random; clients, a mail server and a reader write down what they were told.
Nothing here is asked of the product itself that it could excuse: the judges compare those notes with the log.
"""
