"""What people correct in a transcript: words keep their times, and what was corrected survives a new recognition."""
