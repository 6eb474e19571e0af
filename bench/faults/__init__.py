"""The fault kit: one module per kind of fault; docs/storingen.md shows each with an example.

proxy       what goes wrong on the line between the hub and a netwerk
storage     what goes wrong under the database
postgres    a server that stops, crashes or cuts connections
clock       a clock that jumps
processes   processes to kill and to freeze
points      named points at which a process kills itself
"""
