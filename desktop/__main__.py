"""`tuanmei` and `python -m desktop`."""


def main() -> int:
    """Start the program."""
    return 0
