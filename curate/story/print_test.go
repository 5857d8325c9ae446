package story_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate/story"
)

const (
	networks = "The regulator opened a consultation on the sharing of mobile networks in rural areas on Monday. " +
		"Operators have until 15 April to answer 42 questions about masts, backhaul and spectrum. " +
		"Coverage of the population reached 98.7 percent last year, yet 1,250 villages have no signal at all."
	fibre = "La fibre atteint désormais 4,2 millions de foyers, selon l'observatoire publié mardi à Rabat. " +
		"Le déploiement a ralenti dans le Souss, où 310 communes attendent encore leur premier raccordement. " +
		"Le ministère promet un nouvel appel à projets doté de 75 millions d'euros avant l'été."
	arabic = "أعلنت الوكالة الوطنية لتقنين المواصلات عن فتح استشارة عمومية حول تقاسم الشبكات في المناطق القروية. " +
		"وأمام الفاعلين مهلة إلى غاية ١٥ أبريل للإجابة عن ٤٢ سؤالا. وبلغت نسبة التغطية ٩٨٫٧ في المائة."
)

// TestNormalisation: spellings of one text have one hash.
func TestNormalisation(t *testing.T) {
	for name, test := range map[string]struct {
		lang vigie.Lang
		a, b string
		same bool
	}{
		"case and accents":      {vigie.French, fibre, strings.ToUpper(strings.NewReplacer("é", "e", "è", "e", "à", "a", "ù", "u").Replace(fibre)), true},
		"thousands and decimal": {vigie.English, networks, strings.NewReplacer("98.7", "98,7", "1,250", "1\u202f250").Replace(networks), true},
		"punctuation and lines": {vigie.English, networks, strings.NewReplacer(". ", ".\n", ",", " –").Replace(networks[:60]) + networks[60:], true},
		"decomposed":            {vigie.French, fibre, strings.NewReplacer("é", "e\u0301", "à", "a\u0300").Replace(fibre), true},
		"lines around it":       {vigie.French, fibre, "Par Amina Rahal\nPublié le 3 mars\n" + fibre + "\nLire aussi : autre chose\n© Le Courrier\nTous droits réservés", false}, // "© Le Courrier" is not a known line
		"frame":                 {vigie.English, networks, "Share this article\n" + networks + "\nRead more: all about masts", true},
		"dateline":              {vigie.English, networks, "RABAT, March 3 (MAP) - " + networks, true},
		"harakat and tatweel":   {vigie.Arabic, arabic, strings.NewReplacer("الوكالة", "الوَكَالَةُ", "فتح", "فتـــح").Replace(arabic), true},
		"alef, yeh and teh":     {vigie.Arabic, arabic, strings.NewReplacer("أ", "ا", "إ", "ا", "ة", "ه").Replace(arabic), true},
		"Arabic digits":         {vigie.Arabic, arabic, strings.NewReplacer("١٥", "15", "٤٢", "42", "٩٨٫٧", "98.7").Replace(arabic), true},
		"presentation forms":    {vigie.Arabic, arabic, strings.ReplaceAll(arabic, "لا", "\ufefb"), true},
		"another number":        {vigie.English, networks, strings.Replace(networks, "42", "43", 1), false},
		"another word":          {vigie.French, fibre, strings.Replace(fibre, "mardi", "jeudi", 1), false},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := printOf(doc("a", test.lang, "", day(0), test.a)), printOf(doc("b", test.lang, "", day(0), test.b))
			if (a.Text == b.Text) != test.same || a.Words == 0 {
				t.Errorf("texts are the same: %v, want %v (%d and %d words)", a.Text == b.Text, test.same, a.Words, b.Words)
			}
		})
	}
}

// TestBonds names the bond of each kind of pair.
func TestBonds(t *testing.T) {
	en := func(id, title string, date int, s ...string) vigie.Document {
		return doc(id, vigie.English, title, day(date), s...)
	}
	report := en("r", "State of the networks 2026", 0, strings.Repeat(fibre+" ", 30)+networks)
	report.MediaType, report.URL = "application/pdf", "https://www.regulator.test/files/state.pdf"
	links := story.Known{Links: []string{"http://regulator.test/files/state.pdf?utm_source=mail#page=3"}}
	about := story.Of(en("o", "Villages without signal", 4, "The regulator counts 1,250 villages without a signal in its report of this week, and 98.7 percent of people with one. Nobody was surprised by it."), links)
	french := doc("f", vigie.French, "", day(1), "Le régulateur consulte sur le partage des réseaux : 42 questions, réponse avant le 15 avril. 98,7 % de la population est couverte, 1 250 villages ne le sont pas.")
	const other = "A consultation about masts will begin in spring, says the body in charge, which wants villages to be heard and asks the public to write in."
	wall := func(id, title string) vigie.Document {
		d := en(id, title, 0, "To go on reading you must accept what we store on your machine or take a subscription for one euro a month today.")
		d.URL = "https://wall.test/" + id
		return d
	}
	for name, test := range map[string]struct {
		a, b story.Print
		want vigie.Bond
	}{
		"exact":                    {printOf(en("a", "A", 0, networks)), printOf(en("b", "B", 9, "Share this\n"+networks)), vigie.ExactCopy},
		"near":                     {printOf(en("a", "A", 0, networks)), printOf(en("b", "B", 9, "It was a long time coming. "+networks)), vigie.NearCopy},
		"title":                    {printOf(en("a", "Regulator asks about rural masts", 0, networks)), printOf(en("b", "Regulator asks about rural masts | The Courier", 20, other)), vigie.SameTitle},
		"title after two months":   {printOf(en("a", "Regulator asks about rural masts", 0, networks)), printOf(en("b", "Regulator asks about rural masts", 61, other)), ""},
		"title of another year":    {printOf(en("a", "Regulator asks about masts of 2025", 0, networks)), printOf(en("b", "Regulator asks about masts of 2026", 1, other)), ""},
		"short title":              {printOf(en("a", "Press release", 0, networks)), printOf(en("b", "Press release", 1, other)), ""},
		"report by link":           {story.Of(report, story.Known{Institution: true}), about, vigie.AboutReport},
		"report by quotation":      {printOf(report), printOf(en("q", "", 4, "The text reads as follows, and it is worth reading it in full before anybody answers.", networks)), vigie.AboutReport},
		"report, years later":      {printOf(report), story.Of(en("o", "Looking back", 900, other), links), ""},
		"likely":                   {printOf(en("a", "", 0, networks)), printOf(french), vigie.LikelySame},
		"likely, two months later": {printOf(en("a", "", 70, networks)), printOf(french), ""},
		"empty":                    {printOf(vigie.Document{ID: "a"}), printOf(vigie.Document{ID: "b"}), ""},
		"walls of cookies":         {printOf(wall("a", "Fibre reaches the south")), printOf(wall("b", "Minister leaves his office")), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got, found := story.Same(test.a, test.b); got != test.want || found != (test.want != "") {
				t.Errorf("bond %q, %v; want %q", got, found, test.want)
			}
			if got, _ := story.Same(test.b, test.a); got != test.want {
				t.Errorf("the other way round: bond %q, want %q", got, test.want)
			}
		})
	}
}

func TestPrintIsKept(t *testing.T) {
	d := doc("a", "fr-MA", "La fibre ralentit en 2026", vigie.InstantOf(time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)), fibre)
	d.Filed, d.MediaType = time.Date(2026, 3, 1, 11, 0, 0, 0, time.UTC), "application/pdf"
	long := d
	for range 300 {
		long.Body = append(long.Body, vigie.Paragraph{Text: strings.Join(replaced([]string{networks}, text{key: "k", sentences: []string{fibre, arabic}}, 2+len(long.Body)), "")})
	}
	for name, p := range map[string]story.Print{
		"empty": story.Of(vigie.Document{}, story.Known{}),
		"full":  story.Of(d, story.Known{Institution: true, Links: []string{"https://a.test/b", "https://c.test/d"}, Also: []string{"https://e.test/f"}}),
		"long":  story.Of(long, story.Known{}),
	} {
		b, err := p.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		got := story.Print{Document: p.Document}
		if err := got.UnmarshalBinary(b); err != nil || !reflect.DeepEqual(got, p) {
			t.Errorf("%s: read back %v\n%+v\n%+v", name, err, got, p)
		}
		t.Logf("%s: %d words, %d bytes", name, p.Words, len(b))
		for cut := range b {
			if err := got.UnmarshalBinary(b[:cut]); !errors.Is(err, vigie.ErrDamaged) {
				t.Fatalf("%s: cut to %d bytes: %v", name, cut, err)
			}
		}
		if err := got.UnmarshalBinary(append(b, 0)); !errors.Is(err, vigie.ErrDamaged) {
			t.Errorf("%s: a byte more: %v", name, err)
		}
	}
}

// FuzzPrint takes prints of any text: they can be written and read, are like
// themselves and bounded, and what is no print is refused without harm.
func FuzzPrint(f *testing.F) {
	f.Add("Title", networks, "https://a.test/b", []byte{})
	f.Add("", arabic, "\x00", []byte{1, 0, 0, 0})
	f.Add("12.03.2024 1 200,5 1.2.3 9'999", "ـــ\u0301 ½ ﷺ 5G 10\u00a0000", "http://", []byte{1, 31, 4, 2, 'f', 'r'})
	f.Fuzz(func(t *testing.T, title, body, link string, raw []byte) {
		d := vigie.Document{ID: "a", Title: title, Lang: vigie.Arabic, Body: []vigie.Paragraph{{Text: body}}}
		p := story.Of(d, story.Known{Links: []string{link}})
		b, err := p.MarshalBinary()
		if err != nil || len(b) > 64<<10 {
			t.Fatalf("%d bytes, %v", len(b), err)
		}
		q := story.Print{Document: "b"}
		if err := q.UnmarshalBinary(b); err != nil {
			t.Fatal(err)
		}
		bond, _ := story.Same(p, q)
		if p.Words >= 20 && bond != vigie.ExactCopy {
			t.Errorf("a text of %d words and itself are bound by %q", p.Words, bond)
		}
		var r story.Print
		if r.UnmarshalBinary(raw) == nil {
			story.Same(r, p)
			table := story.NewTable()
			table.Put(r)
			table.Like(p)
		}
	})
}
