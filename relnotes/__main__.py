"""`python -m relnotes`, the same as `relnotes`."""

from relnotes.cli import program

if __name__ == "__main__":  # a second process imports this file under another name
    program()
