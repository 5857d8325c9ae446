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
//	{"type":"decision",...}   oldest first
//	{"type":"judgement",...}  where there are decisions
//
// Times are RFC 3339 in UTC; durations are in seconds; hashes are SHA-256 in
// hexadecimal. The fields are those of views.go and of no other place. A reader of
// version 1 refuses other versions; fields are only ever added with a new one.
//
// # Caveats
//
// The raw bytes of captures are not in it. It is not one moment: each document is,
// with all that belongs to it, and documents filed after the export began are left
// out. It carries no secrets of vigie, but an address that a curator gave may
// contain a token of its publisher.
package archive
