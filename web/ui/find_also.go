package ui

import "vigie"

// FindAlso is what a search looked for beside the words that were typed.
type FindAlso struct {
	Items []Also
	// None is the search without any of it, Again the one with all of it; "" where
	// nothing would change.
	None, Again string
}

// Also is what stands for some words of a question.
type Also struct {
	Words string
	// Concept is the page of the concept of the thesaurus that it is of; "" for what is
	// of a dictionary.
	Concept string
	Texts   []AlsoText
	// More is how many further texts are not shown.
	More int
	// URL is the search without it.
	URL string
}

// AlsoText is a name or a translation. Lang and Dir are "" where it is the same in all
// languages.
type AlsoText struct {
	Text string
	Lang vigie.Lang
	Dir  string
}
