"""The fault kit: one module per kind of fault; docs/storingen.md shows each with an example.

proxy    what goes wrong on the line between the hub and a netwerk
storage  what goes wrong under the database
clock    a clock that jumps
"""
