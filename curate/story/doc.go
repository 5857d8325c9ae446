// Package story tells which documents tell the same thing. The same news comes
// forty times: copied, cut, with another headline, as an article about a report,
// in another language. Here is the deciding part only; it reads and writes nothing.
//
// How to use it: [Of] takes the [Print] of a document, a small thing to be stored
// beside it. [Same] says whether two prints tell the same story and by which bond.
// A [Table] holds the prints of all documents, names those that a new one may
// belong to, and [Table.Settle] says what the stories around changed documents are
// now. [Group] does the same for a handful of prints without a table. What people
// took apart is an [Apart], made of the splits of all stories; nothing here ever
// joins such documents again.
//
// How it decides: a print keeps a bottom-k sample of the hashes of all runs of
// three words (A. Broder, On the resemblance and containment of documents, 1997),
// from which the share of the shorter text that stands in the longer one is
// estimated; the smallest hashes are the keys of the table. Texts that share their
// words but not their numbers and names are a form filled in twice, such as the
// bulletins of two weeks, and are kept apart.
//
// # Caveats
//
// A story is a star, not a chain: every document is bound to the source of record,
// or by a copy's bond to one that is. A long running affair therefore makes several
// stories; so does one that is told in more than a hundred ways. Bonds across
// languages are guesses from links, numbers and names; texts that have few of these
// are not found. A [Table] may not be used from several
// goroutines at once.
package story
