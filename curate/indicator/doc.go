// Package indicator brings series of figures in and out: it reads the tables
// that people have, says what they change, computes indicators from others, and
// writes CSV and XLSX. It touches no disk, no network and no store.
//
// An import has four steps, so that a person sees each before anything is kept:
//
//	table, err := indicator.ReadTable(file, indicator.Format{}) // bytes -> rows
//	mapping := table.Propose()                                  // which column is what; correctable
//	found, err := table.Observations(mapping, about)            // rows -> observations, or all faults
//	changes := indicator.Compare(known, found.Observations)     // added, revised, rounded, unchanged
//
// A table is CSV (comma, semicolon or tab; UTF-8, UTF-16 or windows-1252) or
// XLSX; wide, with one column for each period, or tidy, with one row for each
// value. Its header may be French, English or Arabic, or use the column names of
// SDMX-CSV, the World Bank and Our World in Data. A single fault refuses the
// whole file: [FaultsError] names row and column of each.
//
// [ParseFormula] reads how an indicator follows from others, as in
// "broadband / population * 100", and [Formula.Compute] computes it exactly.
// [WriteCSV] and [WriteXLSX] write what was read.
//
// # Caveats
//
// A comma may be a decimal or a grouping one. A column tells by its other cells;
// where none does, the separator of the file decides, and [Mapping.Doubts] says
// so. Spreadsheets hold binary fractions: what they show to fifteen digits is
// taken (the precision that Excel documents), not the error behind it.
package indicator
