"""Before a release: what stands in its way, who approved it, what history says of earlier ones."""
