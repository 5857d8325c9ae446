// Package crawl reads web sites that have no feed: a page that lists links, and
// the pages behind those links. It is the only home of colly, which finds the
// links and runs the selectors of a source; every byte still comes through
// package polite, with robots.txt, pauses and limits.
//
// How to use it: make a [Reader] with a door and call Read for each source of
// kind [vigie.Site] that is due. The first readings of a site fetch the pages
// behind its list, thirty at a time; after that a reading is one conditional
// request for the list, and one request for each new item.
//
// # Caveats
//
// A list that fills itself by script is empty for us. Only links to the host of
// the list are followed. An item whose page is gone (404, 410) is not tried again
// while it stands on the list; others that cannot be read are, after six hours
// to seven days. Files other than pages are kept as they are, without text.
package crawl
