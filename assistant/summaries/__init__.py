"""Titles and summaries of a meeting and of its points; every sentence stands on words that were said."""
