// Package passage finds quoted words: those that a person selected, in the text
// that was read, and those of a citation, in a later revision of that text. It
// also writes the address that leads a browser to them.
//
// How to use it: make a passage of selected words with [Quote]. When a document
// has a new revision, hand each passage that was taken of it to [Find], with the
// text it was taken of and the new one, and keep or show what [Found] says. [Link]
// makes an address for readers.
//
// Two texts say the same words here when they are the same without white space,
// invisible signs, hyphens that stand beside no digit, Arabic vowel signs and
// tatweel, and with one form of quotation marks, ligatures and digits. All of these
// differ between two parsers, or two printings, of one text. Everything else,
// punctuation too, is an edit.
//
// # Caveats
//
// [Find] would rather lose a passage than point at other words. A place counts
// only where the words around it say that the passage came from there, and no
// other place of the old text accounts for it as well. So a short quotation whose
// surroundings were rewritten on both sides is [Gone], and so is one of two places
// that nothing within some thousand characters tells apart. Without the old text
// nothing can tell an edited sentence from one that is alike: then [Edited] is
// never the answer.
//
// All work is bounded, whatever the texts; the time grows with their length.
package passage
