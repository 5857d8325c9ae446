// Package column holds what is known of every document beside its words, in memory:
// who published it, where and when, what it is about, what the desk thinks of it. A
// search narrows what it found by these columns, counts them for the page's lists of
// values, and puts documents in the order of their dates. They are in memory because
// they change with a keypress and are asked for by every search; package index loads
// them from the store and keeps them level with it.
//
// A [Table] is written with [Table.Put] and [Table.Delete] and read through a [View]:
//
//	v := table.View()
//	french, err := v.Where(query.Filter{Field: query.Lang, Value: "fr"}, resolver)
//	newest := v.Newest(french, 0, 20, false)
//	facets := v.Facets(french, 10)
//
// Documents go by an ordinal, a small number that a table gives to an identity once
// and for ever, so that who searches elsewhere may remember it. A [Set] is a set of
// ordinals.
//
// A view is one consistent state that nothing changes any more, and costs nothing to
// take: writers copy the parts that they change. Readers and writers never wait for
// each other, however long a search takes; forget a view when it is done, it keeps
// the state of its moment in memory.
//
// Caveats: the ordinals of deleted documents are not given again, and values that no
// document has any more are remembered, until the table is made anew. Nothing is on
// the disk. Dates before the year 1000 and after 2999 are found by no date filter.
package column
