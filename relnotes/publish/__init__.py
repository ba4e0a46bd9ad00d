"""From records to pages, and from pages to a site."""
