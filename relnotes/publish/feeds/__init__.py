"""The pages as items of feeds, with their whole text."""
