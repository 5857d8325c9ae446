// Package api lets programs read what vigie knows: JSON over HTTP below [Root], read
// only, described by the document at [Root]/openapi.json.
//
// Make an [API] with [New]. Package web registers what [API.Routes] lists in its table of
// routes; each stands there with the permission that its caller needs. Beyond what is
// public a program needs a token, which people make on their account page: it opens what
// its scopes say, as far as its owner may at this moment. Cookies count for nothing here.
//
// What is answered are views: named types of this package whose fields are the allow-list.
// No type of the root package is ever written out. Of a publisher's text there are
// extracts, never the whole. The description is made of the table of routes and of the
// views, so the two cannot disagree; a test holds both against what is really answered.
//
// Lists come in pages. A cursor says where the next one begins: an opaque text that is
// signed, so that one which we did not make is refused. Errors are problem details
// (RFC 9457); a query that cannot be read says which characters are at fault.
//
// # Caveats
//
// Rates are counted in memory, for each token, and for each network of those without one;
// a restart forgets them. So many searches run at a time, of one token and of all; who
// comes in between is told to come back. Lists of what is public are kept as long as
// nothing in the store changes, and look at so many texts for one page. The change log of documents begins anew with a restore: its
// cursors then are answered with 410, and the reader starts at the beginning.
package api
