"""`python -m hub` is the command `hub`."""

from hub.app import main

main()
