// Package diff tells a person what changed between two states of a text, word by
// word. It is the home of go-diff.
//
// How to use it: hand the paragraphs of two revisions to [Words], and show each
// [Change] as a paragraph of its own: its runs are words that stayed, came or
// went. Paragraphs that stayed and lie far from any change are folded into one
// change that counts them. [Thousandths] says how much of the words changed, for
// thresholds.
//
// # Caveats
//
// Of two long texts that have nothing in common no word diff is made: their
// paragraphs are shown as removed and added whole. The work is bounded by time as
// well, so that a slow machine may show a coarser diff of a very long paragraph;
// what it shows is true in any case. A paragraph that moved is removed and added.
package diff
