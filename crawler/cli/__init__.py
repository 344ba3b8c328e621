"""The command `dateline`: one module a command or family of commands."""
