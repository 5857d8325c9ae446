// Package query is the language in which people ask vigie's full-text index.
//
// A person types words and gets what holds them. The same line may also hold
// "quoted phrases", words or phrases to leave out (-draft, -"press release"), a
// beginning of words (regulat*), and fields: title:word, title:"a phrase",
// source:name, lang:fr, from:2026-11 and to:2026-11-21. Several sources or
// languages mean any of them. The quotation marks of every keyboard work.
//
// Use [Parse] for what a person typed in this language, [Words] for what somebody
// typed who never heard of it, and [Plain] for a line that is only words, for
// example a headline. [Query.String] prints a query so that Parse reads the same
// query back. What a query finds is package index's business; this package only
// knows what was asked, and does no I/O.
//
// Words are wished for: a document with more of them comes first. Phrases and
// fields are demanded, excluded terms are forbidden.
//
// Caveats: a line is at most [MaxBytes] long and [MaxTerms] terms are kept, the
// rest is dropped with a note in [Query.Notes], which String does not print. A
// word cannot begin with a wildcard: it would have to be compared with every
// word of the index.
package query
