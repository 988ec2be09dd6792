"""What is looked for in the text: phrases of the pattern files, levels, typos, marks of layout."""
