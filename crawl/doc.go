// Package crawl reads web sites that have no feed: a page that lists links, a
// sitemap, a site of some depth, or one page that changes. It is the only home of
// colly, which finds the links and runs the selectors of a source; every byte still
// comes through package polite, with robots.txt, pauses and limits.
//
// How to use it: make a [Reader] with a door and call Read for each source of
// kind [vigie.Site] or [vigie.Page] that is due. The rules of the source say how:
//
//   - A list. Without selectors, the list that a page plainly has is found: blocks
//     that repeat, with titles and dates; where there is none, every link of the
//     main part is an item. The first readings fetch the pages behind the list,
//     thirty at a time; after that a reading is one conditional request for the
//     list, and one request for each new item.
//   - A sitemap (Sitemap), or an index of them, packed or not. The newest pages come
//     first. Dates are believed where they vary and are not the moment at which the
//     file was made; then a page whose date changed is read again.
//   - A deep site (Depth). Every page within Allow, or else below the folder of the
//     source, is an item, breadth first. Later readings ask each page on condition,
//     as many as Most allows, and go on behind the last one next time.
//   - A page that is watched. It stays one document, and a change is a revision.
//
// [Suggest] and [SelectorsAt] find selectors for a page, [Look] and [LookSitemap]
// show what a page or sitemap would give.
//
// # Caveats
//
// A list that fills itself by script is empty for us. Only links to the host of
// the list are followed. An item whose page is gone (404, 410) is not tried again
// while it stands on the list; others that cannot be read are, after six hours
// to seven days. Files other than pages are kept as they are, without text.
//
// A deep site has at most 2,000 pages, and none whose path repeats a step more than
// twice or has more than 32 queries: such sites make up links for ever. It is known
// by what was kept of it; of a page of which nothing may be kept, the validators and the
// pages that it led to first are remembered. A page without validators is sent in full
// whenever its turn comes.
//
// What a site shows at first is its stock and comes in whole, in as many readings as Most
// makes of it: the rows of its list, up to 5,000 pages of its sitemap, the 2,000 of a deep
// site. After that at most 1,000 new items come in a week; the rest waits for the next,
// and a fault says so. A new address or other rules bring a new stock.
package crawl
