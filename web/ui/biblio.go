package ui

import "vigie"

// File is something to be saved.
type File struct {
	// Key of its name.
	Key string
	URL string
}

// Export offers results as files.
type Export struct {
	Files []File
	// Total is how many there are, Most how many a file holds.
	Total, Most int
}

// Citing is how something is cited: a sentence to copy, and files for reference
// managers.
type Citing struct {
	// Text is "" for what is not cited.
	Text string
	// Lang and Dir are those of the sentence.
	Lang  vigie.Lang
	Dir   string
	Files []File
}

// Meta is a tag in the head of a page, for other machines.
type Meta struct{ Name, Content string }
