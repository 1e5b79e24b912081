"""``python -m salesdesk`` is the console script."""

from salesdesk.cli.main import main

if __name__ == "__main__":
    main()
