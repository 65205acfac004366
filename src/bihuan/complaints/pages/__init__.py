"""Pages of complaints, a file a site: desk, consumer, merchant."""
