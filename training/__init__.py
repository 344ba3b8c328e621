"""Scripts that fit the models which the package carries. They need the pages of ../shared/data."""
