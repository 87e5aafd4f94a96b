"""What people correct in a transcript, as pure rules: words keep their times, and what was corrected survives a re-run."""
