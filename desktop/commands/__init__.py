"""The command line, one module per noun; each offers `add(subparsers)`."""
