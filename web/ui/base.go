package ui

import "vigie"

// Base is the frame of a page: everything that is not the page's own matter.
type Base struct {
	Lang vigie.Lang
	// Country sets what months are called; "" for none.
	Country string
	// Dir and Version are filled in by [UI.Write].
	Dir, Version string
	// Site is the name of the observatory, Motto the line below it.
	Site, Motto string
	// Title of the page, in words.
	Title string
	// Description is what search engines show; "" for none.
	Description string
	// Path is that of the page in the language shown, with its query: where to
	// come back to.
	Path string
	// Languages are the ways to the page in every language.
	Languages []Language
	// Scripts are the files of static that the page can do without.
	Scripts []string
	// Desk says that the page is the desk's; otherwise it is the portal's.
	Desk bool
	// Doors are the entries of the navigation, Foot those at its foot.
	Doors, Foot []Door
	// Person is who is signed in; nil when nobody is.
	Person *Person
	// Sample says that everything is made up.
	Sample bool
	// Footer are the words of the observatory at the foot.
	Footer string
	// Theme is the address of a style sheet with the observatory's colours; "" for
	// none.
	Theme string
	// Index lets robots list the page. Canonical is its whole address, "" for none.
	Index     bool
	Canonical string
	// Feeds are the Atom feeds of the page.
	Feeds []Link
	// OpenSearch describes the search of the page to browsers; its URL is "" for none.
	OpenSearch Link
	// Meta are tags for other machines.
	Meta []Meta
	// Notice is the key of a sentence about what was just done; "" for none.
	Notice string
	// SearchPath is where the search box of the frame leads; Query is what stands in
	// it. "" shows no box.
	SearchPath, Query string
}

// Language is one entry of the choice of languages.
type Language struct {
	Lang vigie.Lang
	Dir  string
	Name string
	URL  string
	// Whole is the address with scheme and host, for other machines; "" for none.
	Whole   string
	Current bool
	// Missing says that what the page shows does not exist in that language.
	Missing bool
}

// Door is an entry of a navigation.
type Door struct {
	// Key of its name.
	Key     string
	URL     string
	Current bool
	// Count stands beside the name; 0 for none.
	Count int
}

// Person is who is signed in.
type Person struct {
	Name string
	Role vigie.Role
}

// Link is a link with its words.
type Link struct{ Title, URL string }
