package indicator_test

import (
	"strings"
	"testing"

	"vigie/curate/indicator"
)

// TestTitlesOfPlaces reads wide and tidy tables whose column of places has one of
// the names that people give it.
func TestTitlesOfPlaces(t *testing.T) {
	for _, title := range []string{
		"lieu", "Lieu", "zone", "Région", "REGION", "territory", "Territoire", "province", "Pays ou territoire", "Country or Area", "place", "ville",
		"الدولة", "البلد", "بلد", "المنطقة", "الإقليم", "المكان", "الجهة",
	} {
		for kind, file := range map[string]string{
			"wide": title + ";2015;2016\nMaroc;3,25;3,5\nSénégal;0,7;0,8\n", "tidy": title + ",année,valeur\nMaroc,2015,3\n",
		} {
			table, err := indicator.ReadTable(strings.NewReader(file), indicator.Format{})
			if err != nil {
				t.Fatal(err)
			}
			if m := table.Propose(); m.Columns[0].Role != indicator.AreaName || len(m.Doubts) > 0 {
				t.Errorf("%s, %s: taken for %q, doubts %v", title, kind, m.Columns[0].Role, m.Doubts)
			}
		}
	}
}
