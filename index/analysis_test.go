package index_test

import (
	"testing"

	"vigie"
	"vigie/index/store/storetest"
)

// TestAnalysis: what stands in a text is found by what people type for it, whole
// and in parts, and what is another word is not.
func TestAnalysis(t *testing.T) {
	const lrm, rlm, rle, pdf, zwnj, nbHyphen = "\u200e", "\u200f", "\u202b", "\u202c", "\u200c", "\u2011"
	cases := []struct {
		lang       vigie.Lang
		text       string
		found, not []string
	}{
		// Names of techniques.
		{"fr", "Le Wi-Fi public", []string{"Wi-Fi", "wifi", "WIFI", "wi-fi", `"wifi public"`, `"le wifi"`, `"wi-fi public"`}, []string{"fidélité"}},
		{"fr", "Le WiFi public", []string{"Wi-Fi", "wifi", "wi" + nbHyphen + "fi"}, []string{"wi", "fi"}},
		{"en", "A Wi" + nbHyphen + "Fi network", []string{"wifi", "Wi-Fi", "wi fi"}, nil},
		{"fr", "L’e-gouvernement au Maroc", []string{"e-gouvernement", "gouvernement", "egouvernement", "E-Gouvernements", "l'e-gouvernement"}, []string{"egouv"}},
		{"fr", "L'egouvernement", []string{"e-gouvernement"}, nil},
		{"fr", "Le haut-débit pour tous", []string{"haut débit", "haut-débit", "hautdébit", "debit", `"haut débit"`}, nil},
		{"en", "A plug-in", []string{"plugin", "plug"}, nil},
		{"en", "R&D at AT&T", []string{"R&D", "AT&T"}, nil},
		{"en", "Code in C++ and C#", []string{"C++", "c++", "C#"}, []string{"C", "c"}},
		{"en", "Moving to 5G and 4G", []string{"5G", "5g", "4g"}, []string{"5", "g", "6g"}},
		{"fr", "La 5G-Advanced", []string{"5G", "advanced", "5g-advanced", "5gadvanced"}, nil},
		{"en", "Deploying IPv6 now", []string{"IPv6", "ipv6", "IP"}, []string{"ipv4", "6"}},
		{"en", "ISO27001 and 3GPP", []string{"iso27001", "iso", "3gpp"}, []string{"gpp"}},
		{"en", "From 2026-11-21 to 2026", []string{"2026", `"2026-11-21"`}, []string{"20261121"}},
		{"fr", "Dit-il vraiment cela", []string{"dit-il"}, nil},
		{"en", "A state-of-the-art network", []string{"state", "art"}, []string{"stateoftheart"}},

		// French: elision with either apostrophe, ligatures, accents.
		{"fr", "L'œuvre d’art, l`hôtel, jusqu’ici", []string{"oeuvre", "œuvre", "l’oeuvre", "l'OEUVRE", "art", "hôtel", "hotel", "l'hôtel"}, []string{"lart", "dart"}},
		{"fr", "Curriculum vitæ, cæcum", []string{"vitae", "vitæ", "caecum"}, nil},
		{"fr", "Aujourd’hui, presqu’île", []string{"aujourd'hui", "île", "presqu'île"}, nil},
		{"fr", "ŒUVRES CŒUR", []string{"œuvre", "coeur"}, nil},

		// Spanish.
		{"es", "El año de la señal: pingüino", []string{"año", "ano", "señal", "senal", "SEÑALES", "pinguino", "sen\u0303al"}, nil},

		// Arabic: digits of both kinds, marks, spellings, forms of presentation.
		{"ar", "في عام ٢٠٢٦", []string{"2026", "٢٠٢٦", "۲۰۲۶"}, []string{"2025"}},
		{"ar", "النسبة ۴۵", []string{"45", "٤٥"}, nil},
		{"ar", "ﺍﻻﺗﺼﺎﻻﺕ ﻭﺍﻟﺸﺒﻜﺎﺕ", []string{"الاتصالات", "اتصالات", "شبكات", "الشبكات"}, nil},
		{"ar", "الإنترنت " + rlm + "والأمن" + lrm + " " + rle + "السيبراني" + pdf, []string{"الانترنت", "إنترنت", "الأمن", "الامن", "أمن", "سيبراني"}, nil},
		{"ar", "الحُكُومَةُ الإِلِكْتْرُونِيَّةُ", []string{"الحكومة الإلكترونية", "حكومه", `"الحكومة الالكترونية"`}, nil},
		{"ar", "كتـــاب", []string{"كتاب"}, nil},
		{"ar", "على مستوى مبنى", []string{"مستوي", "مستوى", "مبني"}, nil},
		{"ar", "مسؤول عن شؤون", []string{"مسوول", "شوون", "مسؤول"}, nil},
		{"ar", "ا\u0654من", []string{"أمن", "امن"}, nil},
		{"ar", "ﷲ ولا", []string{"الله"}, nil},
		// Small words are known with any spelling, so they do not count as words.
		{"ar", "إلى المدينة", []string{"المدينة"}, []string{"إلى القرية", "الى"}},

		// Persian, Urdu and Kurdish letters for Arabic ones.
		{"fa", "شبکه ی اینترنت ایرانی", []string{"شبكه", "شبکه", "ايراني", "ایرانی", "إيراني"}, nil},
		{"fa", "می" + zwnj + "شود", []string{"می" + zwnj + "شود", "میشود", "ميشود"}, nil},
		{"ur", "ہند کی خبریں ہے", []string{"هند", "ہند"}, nil},
		{"ckb", "کوردستانە", []string{"كوردستانه"}, nil},

		// Others.
		{"en", "The operators' o’clock users’", []string{"operator", "users", "clock"}, nil},
		{"en", "soft\u00adhyphen and zero\u200bwidth", []string{"softhyphen", "zerowidth"}, nil},
	}
	db := storetest.Open(t)
	s := storetest.Source(t, db, "https://example.org/feed")
	var docs []vigie.Document
	for i, c := range cases {
		docs = append(docs, vigie.Document{URL: "https://example.org/" + string(rune('a'+i/26)) + string(rune('a'+i%26)), Lang: c.lang, Title: "–", Body: text(c.text)})
	}
	ids := storetest.File(t, db, s, docs...)
	x := open(t, db)
	catchUp(t, x)
	finds := func(line string, id vigie.DocumentID) bool {
		for _, h := range ask(t, x, line).Hits {
			if h.ID == id {
				return true
			}
		}
		return false
	}
	for i, c := range cases {
		for _, line := range c.found {
			if !finds(line, ids[i]) {
				t.Errorf("%s: %q does not find %q", c.lang, line, c.text)
			}
		}
		for _, line := range c.not {
			if finds(line, ids[i]) {
				t.Errorf("%s: %q finds %q", c.lang, line, c.text)
			}
		}
	}
}
