"""One file per netwerk, discovered by folder; imports hub.content only."""
