"""Where the extractor fails on a site, a page object of the site's own overrides the failing fields.

`loading` reads `pages/<id>.py` of a folder of sources, `applying` puts its fields over the extractor's, `snapshots`
holds saved pages and what is expected of them. web-poet is loaded only where a source has page objects.
"""
