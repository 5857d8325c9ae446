// Package thesaurus knows what the concepts of telecommunications and digital
// affairs are called in several languages, so that a question in French finds
// reports written in Arabic or English.
//
// A [Thesaurus] holds concepts with their labels: names, synonyms, acronyms. The
// built-in one ([Default]) is the file ict.txt beside this page; [Load] reads
// another of the same form, [ReadSKOS] one from elsewhere, and both are validated
// alike. An [Expander] finds concepts in a query:
//
//	t, err := thesaurus.Default()
//	matches := t.Expander(nil).Expand("fibre à domicile en zone rurale",
//		[]vigie.Lang{vigie.French}, []vigie.Lang{vigie.Arabic, vigie.English})
//
// and says which words stand for which concept, and what to look for besides. A
// concept counts once however many of its labels a text holds.
//
// The form of the file, one block for a concept, blocks parted by blank lines:
//
//	fibre-to-the-home < optical-fibre ~ dsl
//	fr fibre jusqu'au domicile | fibre à domicile
//	ar الألياف الضوئية إلى المنزل
//	en fibre to the home | fiber to the home
//	*  FTTH
//
// The first line has the identity, then the broader concepts behind < and the
// related ones behind ~. The first label of a language is preferred; * holds what
// is written the same in all languages. A label that begins with = is recognised
// only as written, capitals included; with ! it is also never looked for. Lines
// that begin with # are remarks.
//
// The built-in one is the base of what the desk makes of it: [Thesaurus.Over] puts
// [Change]s over it, [Thesaurus.Admits] says what stands against one.
//
// [Dictionary] reads the general dictionaries of FreeDict where the operator
// installed them. Their licence is not ours: they are data beside the program and
// never part of it.
//
// # Caveats
//
// Words are compared by light stems, made for labels of a few words; they are too
// blunt for running text. A word of two senses stands for the concept that has it
// as a label, whatever was meant: that is why what was added to a query is shown
// and can be taken away. Thesauri, expanders and dictionaries do not change once
// made and may be used by many goroutines.
package thesaurus
