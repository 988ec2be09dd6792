"""One sentence as recognizers see it: sides bound to parts, regions, times, grades, results and their marks."""
