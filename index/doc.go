// Package index finds texts by their words. It is a view of the store: it keeps no
// text, can be deleted at any time, and makes itself anew.
//
// There are two. An [Index] is for the desk and holds every document. [Open] it
// over a store, let its Follow keep it level with what is filed (or call CatchUp
// once), and ask [Index.Search] with a query of package query. A [PublicIndex] is
// for the portal and was only ever told what everybody may read, so that nothing
// else shows in its hits, counts or weights: [OpenPublic] opens it,
// [PublicIndex.Search] takes plain words, [PublicIndex.Walk] lists what it holds.
// What takes long to load is loaded when it is first needed; a server calls WarmUp.
// Of both, Rebuild makes a new index beside the old one while searches go on, Check
// compares index and store, Stats says how it is. [Alerts] follows an Index and asks
// saved searches of what it has just taken in.
//
// # How it works
//
// Each document, and each public text in one language, is one entry. Its title and
// body go to the fields of its language (French, Arabic, English, Spanish, or plain
// for all others), cut into words and folded by this package, so that capitals,
// accents, ligatures, hamza and harakat do not matter, and stemmed by bleve. A
// query has no language: it is asked of every language's fields. Nothing else is
// stored; what a hit shows comes from the store, and so does the extract. A text
// that is withdrawn is not shown from that moment on, and leaves the public index
// with the next portion of changes.
//
// What both indexes have in common, following the store and living in a folder, is
// view; what makes them different, which entries a change brings, is their content.
// The public one names its entries kind/identity/language/state, where state is the
// number of the edition or the like: what is there already is not written again,
// and Check notices an old text as well as a missing one.
//
// How far an index has come is written in the same batch as the entries, so the two
// cannot disagree, whenever the process dies.
//
// # Ranking
//
// The first stage is bleve's tf-idf, by which documents are chosen. The best 200 are
// then ranked by what the postings tell of them: a BM25F over title and body, of which
// the best passage of the body decides the most, so that long reports neither drown
// nor win by length; words in titles and headings, words that stand together, the
// language that the question seems to be in, and a little the age. All weights stand in
// one table with what was measured (ranking); [Hit.Why] tells what made a hit's rank.
// A term that no text holds stands in every entry, so that postings also tell how many
// entries a language has and how long they are.
//
// # Files
//
//	active                   the name of the folder in use
//	open                     there while the index is open; left by a crash
//	bleve-20261121T…         the index; others of that name are removed at opening
//	index-damaged-20261121T… the newest one that was put aside, to be looked at
//
// # Caveats
//
// bleve does not notice altered bytes when it opens an index. What it keeps in a bbolt
// file is looked through first; after a crash all segment files are compared with their
// checksums; otherwise damage shows in a
// search or a merge, or in Check, and the index is then made anew. A
// segment that somebody cuts while a merge reads it ends the process, as any
// mapped file does; the next start repairs it. bleve tells of segments that it
// cannot load through the standard logger, not through ours.
//
// A beginning of words (regulat*) is compared with what words were cut to; a few
// common endings of each language are tried, rarer ones are missed.
package index
