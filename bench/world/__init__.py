"""An invented world of news: outlets in eight languages, what they report, copy, and correct, as run folders."""
