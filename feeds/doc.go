// Package feeds reads the lists of news that publishers offer to programs: RSS
// 0.9 to 2.0, RSS 1.0 (RDF), Atom 0.3 and 1.0, and JSON Feed. Real feeds are
// seldom what their standards say, so most of this package is about reading
// them anyway, and about saying in words what was wrong.
//
// [Parse] turns bytes into a [Channel]; it does no I/O. [Reader] visits a
// source: it asks politely, reads the answer, fetches the pages behind new
// items where the feed gives only an extract, and answers with findings.
// [Discover] finds where the feed of an ordinary page may be.
// [ReadOPML] and [WriteOPML] exchange lists of sources with other programs.
//
// # Caveats
//
// Everything in a feed is hostile until proved otherwise. Before the parsing
// library sees a byte, one pass bounds size, depth, tokens, attributes and
// items; see the constants in guard.go. What exceeds a bound that protects the
// program is an error, what exceeds one that protects the reader is cut and
// said in Faults.
//
// A date that cannot be read is unknown; it is never replaced by the time of
// the visit.
package feeds
