"""The actie itself: phases, policy, storage, gemeenten."""
