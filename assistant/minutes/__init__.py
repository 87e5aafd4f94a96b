"""Minutes (protokół) of a meeting: drafted from facts, edited and approved by a clerk, given as DOCX, PDF or text."""
