"""Compares two of {contract, mock, tape, live host}, message by message and field by field.

main.run(options)        the command
├── sides.py             what a side on the command line means, and where its messages come from
├── seen.py              one message as it came, and which documented form it has
├── shape.py             the fields of all messages of one form
├── compare.py           where two sides differ, and how bad that is
├── propose.py           the contract's change as a patch
└── report/<format>.py   how it is told
"""
