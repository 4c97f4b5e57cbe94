"""Moving log and records as they are: between the two engines, into the folder of a backup and out of it."""
