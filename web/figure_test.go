package web_test

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"vigie"
	"vigie/curate"
	"vigie/curate/indicator"
	"vigie/curate/locale"
	"vigie/index/store"
	"vigie/index/store/storetest"
	"vigie/vigietest"
	"vigie/web"
)

// figures is a server with an editor, an indicator and one that is computed.
type figures struct {
	s      *web.Server
	o      web.Options
	editor func(*http.Request)
	by     vigie.User
}

func newFigures(t *testing.T) *figures {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	o := options(storetest.OpenAt(t, t.TempDir(), store.Options{Command: "test", Now: now}))
	people(t, &o)
	places := map[string]vigie.Text{
		"MAR": {"fr": "Maroc", "ar": "المغرب", "en": "Morocco"}, "SEN": {"fr": "Sénégal", "ar": "السنغال", "en": "Senegal"},
		"XSS": {"fr": `"><script>alert(1)</script>`},
	}
	o.Desk = curate.New(o.DB, c, curate.Options{Places: places, Now: now})
	settle(t, o.DB, func(s *vigie.Settings) { s.Country = "MAR" })
	f := &figures{o: o, s: server(t, o)}
	f.by, f.editor = signed(t, o, vigie.Editor)
	f.post(t, "/fr/bureau/indicateurs", described("fixed-broadband", ""), http.StatusSeeOther)
	f.post(t, "/fr/bureau/indicateurs", described("broadband-growth", "growth(fixed-broadband)"), http.StatusSeeOther)
	return f
}

// described is the form of an indicator.
func described(id, formula string) url.Values {
	return url.Values{
		"id": {id}, "name.fr": {"Haut débit <b>" + id}, "name.ar": {"النطاق العريض"}, "unit.fr": {"pour 100 habitants"},
		"freq": {"A"}, "decimals": {"2"}, "source": {"Collection & exemple"}, "licence": {"CC BY 4.0"}, "formula": {formula},
		"definition.fr": {"<script>alert(1)</script>"}, "source_url": {"https://stats.example/?a=1&b=2"}, "codes": {"WDI IT.NET\nbad\n"},
	}
}

// post sends a form as the editor.
func (f *figures) post(t *testing.T, path string, form url.Values, want int) answer {
	t.Helper()
	r := ask(t, f.s, "POST", path, f.editor, func(r *http.Request) {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Body = io.NopCloser(strings.NewReader(form.Encode()))
	})
	if r.Code != want {
		t.Fatalf("POST %s: %d, want %d\n%s", path, r.Code, want, r.Body)
	}
	return r
}

// get opens a page as the editor.
func (f *figures) get(t *testing.T, path string, want int) answer {
	t.Helper()
	r := ask(t, f.s, "GET", path, f.editor)
	if r.Code != want {
		t.Fatalf("GET %s: %d, want %d\n%s", path, r.Code, want, r.Body)
	}
	return r
}

// upload sends a file and returns the answer.
func (f *figures) upload(t *testing.T, id, about string, file []byte) answer {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.WriteField("id", id)
	_ = w.WriteField("indicateur", about)
	part, err := w.CreateFormFile("fichier", `valeurs "<b>.csv`)
	if err == nil {
		_, err = part.Write(file)
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return ask(t, f.s, "POST", "/fr/bureau/importations", f.editor, func(r *http.Request) {
		r.Header.Set("Content-Type", w.FormDataContentType())
		r.Body = io.NopCloser(&b)
	})
}

// fields are what a form of a page would send: hidden fields, and what is chosen.
func fieldsOf(page string) url.Values {
	out := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		out.Set(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range regexp.MustCompile(`(?s)<select id="[^"]*" name="([^"]*)".*?</select>`).FindAllStringSubmatch(page, -1) {
		if chosen := regexp.MustCompile(`<option value="([^"]*)" selected>`).FindStringSubmatch(m[0]); chosen != nil {
			out.Set(m[1], html.UnescapeString(chosen[1]))
		}
	}
	return out
}

// take goes through all steps with what is proposed, and returns the last page.
func (f *figures) take(t *testing.T, file []byte, change url.Values) answer {
	t.Helper()
	id := vigie.NewID[string](now())
	if r := f.upload(t, id, "fixed-broadband", file); r.Code != http.StatusSeeOther {
		t.Fatalf("the upload: %d\n%s", r.Code, r.Body)
	}
	columns := fieldsOf(f.get(t, "/fr/bureau/importations/"+id, http.StatusOK).Body)
	maps.Copy(columns, change)
	preview := f.get(t, "/fr/bureau/importations/"+id+"/apercu?"+columns.Encode(), http.StatusOK)
	form := fieldsOf(preview.Body)
	form.Set("edition", "Édition <i>test</i>")
	done := f.post(t, "/fr/bureau/importations/"+id, form, http.StatusSeeOther)
	// The same form again leads to the same place.
	if again := f.post(t, "/fr/bureau/importations/"+id, form, http.StatusSeeOther); again.Header.Get("Location") != done.Header.Get("Location") {
		t.Errorf("the second time leads to %s", again.Header.Get("Location"))
	}
	return f.get(t, done.Header.Get("Location"), http.StatusOK)
}

func (f *figures) values(t *testing.T, id vigie.IndicatorID) (out string, vintages int) {
	t.Helper()
	err := f.o.DB.View(func(tx *store.Tx) error {
		known, err := curate.Known(tx, id, "", "")
		for _, o := range known {
			out += fmt.Sprintf("%s %s=%s ", o.RefArea, o.Period, o.Value)
		}
		all, _ := tx.Vintages(id)
		vintages = len(all)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(out), vintages
}

func workbook(t *testing.T) []byte {
	t.Helper()
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	var obs []vigie.Observation
	for year, value := range map[int]vigie.Decimal{2015: "3.25", 2016: "3.5"} {
		p, err := vigie.NewPeriod(year, vigie.Annual, 1)
		if err != nil {
			t.Fatal(err)
		}
		obs = append(obs, vigie.Observation{RefArea: "MAR", Indicator: "fixed-broadband", Period: p, Freq: vigie.Annual, Value: value, Status: vigie.Normal, Decimals: 2})
	}
	var b bytes.Buffer
	if err := indicator.WriteXLSX(&b, nil, obs, c.For(vigie.French)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestImportPages takes the same values in from files of every kind.
func TestImportPages(t *testing.T) {
	cp1252, err := charmap.Windows1252.NewEncoder().String("Pays;Année;Valeur\nSénégal;2015;3,25\nSénégal;2016;3,5\n")
	if err != nil {
		t.Fatal(err)
	}
	const morocco = "MAR 2015=3.25 MAR 2016=3.5"
	for name, test := range map[string]struct {
		file   string
		change url.Values
		want   string
	}{
		"comma, point":        {file: "country code,year,value\nMAR,2015,3.25\nMAR,2016,3.5\n"},
		"semicolon, comma":    {file: "Code pays;Année;Valeur\nMAR;2015;3,25\nMAR;2016;3,5\n"},
		"names, windows-1252": {file: cp1252, want: "SEN 2015=3.25 SEN 2016=3.5"},
		"wide":                {file: "Pays;2015;2016\nMaroc;3,25;3,5\n"},
		"Arabic":              {file: "البلد,السنة,القيمة\nالمغرب,2015,3.25\nالمغرب,2016,3.5\n"},
		"workbook":            {file: string(workbook(t))},
		"no place":            {file: "year,value\n2015,3.25\n2016,3.5\n", change: url.Values{"lieu": {"MAR"}}},
		"other column":        {file: "iso3,year,first,second\nMAR,2015,9,3.25\nMAR,2016,9,3.5\n", change: url.Values{"c2": {""}, "c3": {"value"}}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFigures(t)
			page := f.take(t, []byte(test.file), test.change)
			if test.want == "" {
				test.want = morocco
			}
			if got, n := f.values(t, "fixed-broadband"); got != test.want || n != 1 {
				t.Errorf("kept %q in %d editions, want %q in one", got, n, test.want)
			}
			if !strings.Contains(page.Body, "broadband-growth") || strings.Contains(page.Body, "<i>") {
				t.Error("the last page does not name what was computed, or shows markup")
			}
		})
	}
}

// TestBrokenRow sends a real file of which row 17 is broken.
func TestBrokenRow(t *testing.T) {
	file := []byte("Country Name,Country Code(ISO3),Year,Value\n" + strings.Repeat("Maroc,MAR,2016,3.5\n", 20))
	if path, found := vigietest.FindShared(t, "data", "wdi_it.net.bbnd.p2.csv"); found {
		var err error
		if file, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	} else {
		t.Log("a small file instead: no test data at ", path)
	}
	rows := strings.Split(string(file), "\n")
	rows[16] = rows[16][:strings.LastIndexByte(rows[16], ',')+1] + "environ <b>3"
	f := newFigures(t)
	id := vigie.NewID[string](now())
	if r := f.upload(t, id, "fixed-broadband", []byte(strings.Join(rows, "\n"))); r.Code != http.StatusSeeOther {
		t.Fatal(r.Code)
	}
	at := "/fr/bureau/importations/" + id
	columns := fieldsOf(f.get(t, at, http.StatusOK).Body)
	page := f.get(t, at+"/apercu?"+columns.Encode(), http.StatusUnprocessableEntity).Body
	for _, want := range []string{"Ligne <bdi>17</bdi>, colonne <bdi>Value</bdi>", "environ &lt;b&gt;3", "Rien n’a été importé"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	if strings.Contains(page, `method="post" action="`+at) {
		t.Error("a broken file can be imported")
	}
	f.post(t, at, url.Values{"lecture": {columns.Encode()}, "vu": {"x"}}, http.StatusUnprocessableEntity)
	if got, n := f.values(t, "fixed-broadband"); got != "" || n != 0 {
		t.Errorf("kept %q in %d editions", got, n)
	}
}

// TestImportBounds sends too much, nothing, and what is no table.
func TestImportBounds(t *testing.T) {
	f := newFigures(t)
	for name, test := range map[string]struct {
		file []byte
		code int
		want string
	}{
		"21 MiB and more": {bytes.Repeat([]byte("a,b\n"), 22<<20/4), http.StatusRequestEntityTooLarge, "dépasse <bdi>20</bdi> Mio"},
		"over 20 MiB":     {bytes.Repeat([]byte("a,b\n"), 20<<20/4+10), http.StatusUnprocessableEntity, "dépasse <bdi>20</bdi> Mio"},
		"nothing":         {nil, http.StatusUnprocessableEntity, "n’est pas vide"},
		"old Excel":       {[]byte("\xd0\xcf\x11\xe0rest"), http.StatusUnprocessableEntity, "Excel ancien"},
		"no table":        {[]byte("\x00\x01\x02"), http.StatusUnprocessableEntity, "n’est pas un tableau"},
	} {
		r := f.upload(t, vigie.NewID[string](now()), "fixed-broadband", test.file)
		if r.Code != test.code || !strings.Contains(r.Body, test.want) {
			t.Errorf("%s: %d, or the page does not say %s", name, r.Code, test.want)
		}
	}
	if r := f.get(t, "/fr/bureau/importations/"+vigie.NewID[string](now()), http.StatusSeeOther); !strings.Contains(r.Header.Get("Location"), "fait=import.gone") {
		t.Errorf("a file that is not there leads to %s", r.Header.Get("Location"))
	}
}

// TestImportConflict imports something else between preview and agreement.
func TestImportConflict(t *testing.T) {
	f := newFigures(t)
	id := vigie.NewID[string](now())
	f.upload(t, id, "fixed-broadband", []byte("iso3,year,value\nMAR,2016,3.6\n"))
	form := fieldsOf(f.get(t, "/fr/bureau/importations/"+id+"/apercu", http.StatusOK).Body)
	f.take(t, []byte("iso3,year,value\nMAR,2016,3.7\n"), nil)
	page := f.post(t, "/fr/bureau/importations/"+id, form, http.StatusConflict).Body
	if !strings.Contains(page, "changé depuis cet aperçu") || !strings.Contains(page, "<del><bdi>3,7</bdi></del>") {
		t.Error("the page does not tell what changed")
	}
	f.post(t, "/fr/bureau/importations/"+id, fieldsOf(page), http.StatusSeeOther)
}

func TestIndicatorPages(t *testing.T) {
	f := newFigures(t)
	f.take(t, []byte("iso3,year,value\nMAR,2015,3.25\nMAR,2016,3.5588\nSEN,2016,1.5\nXSS,2016,2\n"), nil)
	f.take(t, []byte("iso3,year,value\nMAR,2016,3.5845\n"), nil)
	for _, lang := range []string{"fr", "ar", "en"} {
		at := "/" + lang + "/indicateurs"
		for _, path := range []string{at, at + "/fixed-broadband", at + "/fixed-broadband?lieu=SEN&avec=MAR&avec=XSS&avec=%3Cscript%3E&lieu=x", at + "/broadband-growth"} {
			r := ask(t, f.s, "GET", path)
			if r.Code != http.StatusOK {
				t.Fatalf("%s: %d\n%s", path, r.Code, r.Body)
			}
			if strings.Contains(r.Body, "<script>") || strings.Contains(r.Body, "<b>") {
				t.Errorf("%s shows markup", path)
			}
		}
		for _, path := range []string{"", "/fixed-broadband", "/broadband-growth", "/fixed-broadband/editions"} {
			f.get(t, "/"+lang+"/bureau/indicateurs"+path, http.StatusOK)
		}
		f.get(t, "/"+lang+"/bureau/nouvel-indicateur", http.StatusOK)
		f.get(t, "/"+lang+"/bureau/importations", http.StatusOK)
	}
	page := ask(t, f.s, "GET", "/fr/indicateurs/fixed-broadband?avec=SEN").Body
	for _, want := range []string{
		"<bdi>3,58</bdi>", "pour 100 habitants", "Maroc (MAR)", "Sénégal", "CC BY 4.0", "de <bdi>3,56</bdi> à <bdi>3,58</bdi>", "ancienne", "WDI", "?lieu=MAR",
		`href="/fr/indicateurs/fixed-broadband.csv"`, `href="https://stats.example/?a=1&amp;b=2"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if page := ask(t, f.s, "GET", "/fr/indicateurs/broadband-growth").Body; !strings.Contains(page, "croissance sur un an de") {
		t.Error("the formula is not told in words")
	}
	for path, kind := range map[string]string{".csv": "text/csv", ".csv?pour=excel": "text/csv", ".xlsx": "application/vnd.openxml"} {
		r := ask(t, f.s, "GET", "/ar/indicateurs/fixed-broadband"+path)
		table, err := indicator.ReadTable(strings.NewReader(r.Body), indicator.Format{})
		if err != nil || !strings.HasPrefix(r.Header.Get("Content-Type"), kind) || !strings.Contains(r.Header.Get("Content-Disposition"), `filename="fixed-broadband.`) || table.Len() != 5 {
			t.Errorf("%s: %d %v %v", path, r.Code, r.Header, err)
		}
		if strings.Contains(r.Body, f.by.Name) || strings.Contains(r.Body, string(f.by.ID)) {
			t.Errorf("%s names the editor", path)
		}
	}
	for _, path := range []string{"nobody", "nobody.csv", "NO", "%00", ".xlsx", "fixed-broadband.pdf"} {
		if r := ask(t, f.s, "GET", "/fr/indicateurs/"+path); r.Code != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, r.Code)
		}
	}
}

// TestIndicatorForm refuses what is wrong and shows where.
func TestIndicatorForm(t *testing.T) {
	f := newFigures(t)
	for name, test := range map[string]struct {
		change url.Values
		want   string
	}{
		"taken":      {url.Values{"id": {"fixed-broadband"}, "name.fr": {"Autre"}}, "déjà pris"},
		"no name":    {url.Values{"name.fr": {""}, "name.ar": {""}}, "href=\"#name.fr\""},
		"identity":   {url.Values{"id": {"<script>"}}, "haut-debit-fixe."},
		"script url": {url.Values{"source_url": {"javascript:alert(1)"}}, "https:// ou http://"},
		"decimals":   {url.Values{"decimals": {"x"}}, "de 0 à 20"},
		"formula":    {url.Values{"formula": {"2 * ("}}, "caractère <bdi>6</bdi>"},
		"unknown":    {url.Values{"formula": {"2 * nobody"}}, "<bdi>nobody</bdi>, qui n’existe pas"},
		"long":       {url.Values{"licence": {strings.Repeat("é", 201)}}, "trop long"},
	} {
		form := described("another", "")
		maps.Copy(form, test.change)
		r := f.post(t, "/fr/bureau/indicateurs", form, http.StatusUnprocessableEntity)
		if !strings.Contains(r.Body, test.want) || strings.Contains(r.Body, "<script>") {
			t.Errorf("%s: the page does not say %s, or shows markup", name, test.want)
		}
	}
	page := f.get(t, "/fr/bureau/indicateurs/fixed-broadband", http.StatusOK).Body
	form := described("", "")
	form.Set("vu", fieldsOf(page).Get("vu"))
	form.Set("name.fr", "Premier")
	f.post(t, "/fr/bureau/indicateurs/fixed-broadband", form, http.StatusSeeOther)
	form.Set("name.fr", "Second")
	if r := f.post(t, "/fr/bureau/indicateurs/fixed-broadband", form, http.StatusConflict); !strings.Contains(r.Body, "Second") {
		t.Error("what was written is lost")
	}
	f.post(t, "/fr/bureau/indicateurs/broadband-growth/supprimer", nil, http.StatusSeeOther)
	f.post(t, "/fr/bureau/indicateurs/broadband-growth/supprimer", nil, http.StatusNotFound)
}
