"""The command line, which speaks through the library like any other program."""
