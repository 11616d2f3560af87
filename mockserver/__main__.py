"""`python -m mockserver`, the same as `reelmock`."""

from mockserver.cli import main

if __name__ == "__main__":
    main()
