"""What happens by itself: pure functions from state and surroundings to commands; asked twice, they ask for the
same.
"""
