// Package index finds documents by their words. It is a view of the store: it
// keeps no text, can be deleted at any time, and makes itself anew.
//
// [Open] it over a store, let [Index.Follow] keep it level with what is filed (or
// call [Index.CatchUp] once), and ask [Index.Search] with a query of package
// query. [Index.Rebuild] makes a new index beside the old one while searches go
// on, [Index.Check] compares index and store, [Index.Stats] says how it is.
//
// # How it works
//
// Each document is one bleve document. Its title and body go to the fields of its
// language (French, Arabic, English, Spanish, or plain for all others), cut into
// words and folded by this package, so that capitals, accents, ligatures, hamza
// and harakat do not matter, and stemmed by bleve. A query has no language: it is
// asked of every language's fields. Nothing else is stored; what a hit shows comes
// from the store, and so does the extract.
//
// How far the index has come is written in the same batch as the documents, so
// the two cannot disagree, whenever the process dies.
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
// bleve does not notice altered bytes when it opens an index. After a crash all
// segment files are compared with their checksums; otherwise damage shows in a
// search or a merge, or in [Index.Check], and the index is then made anew. A
// segment that somebody cuts while a merge reads it ends the process, as any
// mapped file does; the next start repairs it. bleve tells of segments that it
// cannot load through the standard logger, not through ours.
//
// A beginning of words (regulat*) is compared with what words were cut to; a few
// common endings of each language are tried, rarer ones are missed. The filter
// for sources knows those that had shown a document when it was last indexed.
package index
