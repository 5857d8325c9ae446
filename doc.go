// Package vigie is the vocabulary of a watch cell: the nouns that every other
// package of this module speaks in. It holds no I/O, no context and no
// interface, and imports the standard library only.
//
// vigie (French: the lookout) is the engine of a national ICT observatory. It
// watches a list of sources, each a [Source] that a curator wrote down, and
// remembers what happened at each visit in a [Visit]. Those two are never one
// thing: what people decided and what the network answered have different
// authors.
//
// A reader (package feeds for RSS, Atom and JSON Feed, package crawl for web
// sites) asks a source for what it shows and answers with a [Reading]: a list
// of findings. A [Finding] is a [Document], the publisher's content, with the
// [Capture] that it came from: the bytes, the headers and every hop that led to
// them. The store files a reading in one transaction. It decides what is new,
// what changed (a new [Revision]) and what is the same (nothing is written),
// and notes a [Sighting]: which source showed the document, when, under which
// guid.
//
// What they said, what we saw and what we judged are three things. A document
// belongs to its publisher; a sighting belongs to vigie; a [Judgement] belongs
// to the desk, and is always derived from a log of [Decision] values, so that
// every decision can be explained and undone.
//
// Every change takes the next sequence number of one change log. Whoever must
// react (the full-text index today, triage rules, stories and alerts later)
// follows that log from a cursor of its own: the store is the queue, a stage
// that was killed resumes where it stopped, and the index can be thrown away
// and rebuilt at any time. cmd/vigie/pipeline.go shows the whole way on one
// screen.
//
// A [Passage] is a quotation that can be checked: a document, a revision, a
// page where there is one, and the exact words. Citations are passages from the
// first day, because the promise of vigie is that every sentence of a synthesis
// leads back to the words it rests on.
//
// A [Synthesis] has a working text in each of its languages; publishing one
// makes an [Edition] that no later edit changes. A [Subscriber] is mailed each
// [Issue] of the digest; a ledger of [Delivery] values knows what became of every
// mail, so that nobody receives one twice. A [User] may do what their [Role] may,
// and [Visible] is the one rule of who sees what.
package vigie
