"""Mutation testing of the engine: does any vector or test notice when one thing in the code is another?"""
