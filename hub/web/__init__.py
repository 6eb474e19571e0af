"""The pages, the API and the raw door in front of them."""
