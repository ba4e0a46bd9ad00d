"""How fast relnotes is, and how close that is to git and to Python themselves."""
