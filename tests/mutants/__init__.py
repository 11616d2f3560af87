"""`make mutants`: how much of the code that decides could be wrong without a test turning red."""
