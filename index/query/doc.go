// Package query is the language in which people ask vigie's full-text index.
//
// A person types words and gets what holds them, texts with more of the words
// first. The same line may say more:
//
//	fibre Maroc              words are wished for; at least one must be there
//	"large bande"            a phrase, demanded; the marks of every keyboard work
//	-brouillon, -"a b"       left out; NOT, SAUF and ليس say the same
//	fibre AND Maroc          both demanded: also ET, و
//	fibre OR câble           one of them demanded: also OU, أو
//	(fibre OR câble) AND 5G  parentheses; side by side in them means AND
//	régulat*                 words that begin so
//	fibre NEAR/5 rural       at most five words between them, in either order; NEAR
//	                         alone means ten: also PRES, PRÈS, قرب
//	title:fibre              in the title; title:"a phrase", title:(fibre OR câble)
//	source:ITU lang:fr,ar    filters; several values of one field mean any of them
//
// The filters are source:, publisher:, country:, lang:, type:, topic:, tag:,
// status: (new, kept, dropped, later), cited: (yes, no), page: (the number of
// pages: 50, 10-20, >50), from: and to: (2026, 2026-11, 2026-11-21, or -30d: days,
// weeks, months and years before the day of the search) and age: (<7d, >30d). A
// month counts thirty days there and a year 365. Fields go by their French and
// Arabic names as well, and statuses, units and digits too; [Fields] lists them.
//
// NOT binds tightest, then NEAR, AND and OR, and all of them tighter than standing
// side by side: fibre Maroc OR Tunisie wishes for fibre and demands one of the
// countries. Latin operators are words of capital letters; \AND is the word, and so
// is what else stands behind a backslash.
//
// Use [Parse] for what a person typed in this language, [Words] for what somebody
// typed who never heard of it, and [Plain] for a line that is only words, for
// example a headline. [Query.String] prints a query so that Parse reads the same
// query back, and [Explain] takes it apart for a sentence in the reader's language.
// What a query finds is package index's business; this package only knows what was
// asked, and does no I/O. Dates that are relative stay so until [Query.At] gives
// them a day, so that a query that is kept means something new every day.
//
// Caveats: a line is at most [MaxBytes] long, [MaxTerms] terms are looked for and
// parentheses stand [MaxDepth] deep. Of too many words the last are left out with a
// note in [Query.Notes], which String does not print; too much of anything else is
// an error. A word cannot begin with a wildcard: it would have to be compared with
// every word of the index.
package query
