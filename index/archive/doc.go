// Package archive writes everything that a store holds in a form that other
// programs, and a vigie of another day, can read. A backup ([store.DB.Backup]) is
// for putting a store back as it was, an archive for taking its contents elsewhere.
//
// [Export] writes one, [Verify] reads one through and proves that it is whole.
//
// # Format, version 1
//
// gzip (RFC 1952) of JSON lines (UTF-8, one object a line). The first line is
//
//	{"format":"vigie-archive","version":1,"made":"2026-11-21T20:40:00Z","cursor":{...}}
//
// and the last one {"type":"end","counts":{...}}: an archive without it was cut.
// Between them each line has a "type". All of "source" and "visit" come first. Then
// come the documents, oldest first, each as
//
//	{"type":"capture",...}    the answers of the network behind it, once each
//	{"type":"document",...}   with the text of its newest revision
//	{"type":"revision",...}   from the first; all but the newest with their text
//	{"type":"sighting",...}   which sources showed it
//	{"type":"withdrawal",...} the trace of one that was withdrawn: nothing else is left of it
//	{"type":"decision",...}   oldest first
//	{"type":"judgement",...}  where there are decisions
//
// Then, each kind in the order of its identities:
//
//	{"type":"story",...}        documents that tell the same thing, and what was taken apart
//	{"type":"indicator",...}
//	{"type":"vintage",...}
//	{"type":"observation",...}  every value of every vintage; by indicator, area, breakdowns, period, vintage
//	{"type":"settings",...}     one line
//	{"type":"topic",...}
//	{"type":"page",...}         what the observatory says of itself, by page and language
//	{"type":"synthesis",...}    with its working texts, each with what belongs to it behind it:
//	{"type":"edition",...}      the texts as they were published; by language and number
//	{"type":"mark",...}         figures that moved since
//	{"type":"subscriber",...}   with the consent ledger
//	{"type":"issue",...}        each with its ledger behind it:
//	{"type":"delivery",...}
//	{"type":"search",...}       that somebody saved, each with its alerts and its ledger behind it:
//	{"type":"alert",...}        a mail of it
//	{"type":"match",...}        a document that it found, and the mail that tells of it
//	{"type":"concept",...}      what the desk said of the thesaurus; by concept and number
//
// Times are RFC 3339 in UTC; durations are in seconds; hashes are SHA-256 in
// hexadecimal. The fields are those of the views in this package. A reader of
// version 1 refuses other versions; fields are only ever added with a new one.
//
// # Caveats
//
// The raw bytes of captures are not in it. It is not one moment: each document is,
// with all that belongs to it, and documents filed after the export began are left
// out, though a story may name them. It carries no secrets of vigie, but an address that a curator gave may
// contain a token of its publisher. It carries personal data: accounts are not in
// it, but the addresses of subscribers are, with what they agreed to, for the list is
// the operator's own and of no use elsewhere without them. Keep an archive as the store
// is kept, and remember that erasing a subscriber does not reach it. Letters that
// wait are not in it, since their links are secrets.
package archive
