"""Finds links in feeds, sitemaps and section pages. Bytes in, links out; nothing here asks the network."""
