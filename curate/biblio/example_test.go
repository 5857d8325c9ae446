package biblio_test

import (
	"os"

	"vigie"
	"vigie/curate/biblio"
)

func Example() {
	record := biblio.Record{
		ID: "01JD0000000000000000000001", Kind: biblio.Report, Title: "Rapport annuel", Authors: []biblio.Author{biblio.Person("Awa Diallo")},
		Publisher: "Autorité des lagunes", URL: "https://lagunes.example/rapport.pdf", Lang: vigie.French, Pages: 146,
	}
	if err := biblio.Write(os.Stdout, biblio.BibTeX, sequence(record), biblio.Options{}); err != nil {
		panic(err)
	}
	// Output:
	// @techreport{vigie-01JD0000000000000000000001,
	//   title = {{Rapport annuel}},
	//   author = {{Diallo}, {Awa}},
	//   institution = {{Autorité des lagunes}},
	//   url = {https://lagunes.example/rapport.pdf},
	//   langid = {french},
	//   pagetotal = {146}
	// }
}
