package extract_test

import (
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"vigie"
	"vigie/crawl/extract"
)

func TestDecode(t *testing.T) {
	in := func(e encoding.Encoding, s string) string {
		b, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	arabic := "صدر التقرير في الرباط على موقع الهيئة من دون أن ينشر في الجريدة"
	late := strings.Repeat(" ", 2000) // beyond what is looked at
	for _, tc := range []struct {
		name, body, contentType string
		want, charset           string
	}{
		{"ascii", "abc", "", "abc", "utf-8"},
		{"utf-8 undeclared", "été", "text/html", "été", "utf-8"},
		{"utf-8 late", late + "été", "text/html", late + "été", "utf-8"},
		{"windows-1252 undeclared", in(charmap.Windows1252, "l’été – 5 €"), "text/html", "l’été – 5 €", "windows-1252"},
		{"latin-1 means windows-1252", in(charmap.Windows1252, "l’été"), "text/html; charset=ISO-8859-1", "l’été", "windows-1252"},
		{"windows-1256 in the header", in(charmap.Windows1256, "تقرير"), "text/html; charset=windows-1256", "تقرير", "windows-1256"},
		{"windows-1256 in meta", `<meta charset="windows-1256">` + in(charmap.Windows1256, "تقرير"), "text/html", `<meta charset="windows-1256">تقرير`, "windows-1256"},
		{
			"old meta", `<meta http-equiv=Content-Type content="text/html; charset=windows-1256">` + in(charmap.Windows1256, "سنة"), "",
			`<meta http-equiv=Content-Type content="text/html; charset=windows-1256">سنة`, "windows-1256",
		},
		{"the header wins over meta", `<meta charset="windows-1256">été`, "text/html; charset=utf-8", `<meta charset="windows-1256">été`, "utf-8"},
		{"the mark wins over the header", "\ufeffété", "text/html; charset=windows-1256", "été", "utf-8"},
		{"utf-16 by mark", in(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "été"), "text/plain", "été", "utf-16le"},
		{"utf-16 big by mark", in(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "été"), "", "été", "utf-16be"},
		{"meta counts in html only", `<meta charset="windows-1256">été`, "text/plain", `<meta charset="windows-1256">été`, "utf-8"},
		{"false meta", `<meta charset="iso-8859-1">été`, "text/html", `<meta charset="iso-8859-1">été`, "utf-8"},
		{"windows-1252 said to be utf-8", in(charmap.Windows1252, "l’été à l’île"), "text/html; charset=utf-8", "l’été à l’île", "windows-1252"},
		{"windows-1256 said to be utf-8", in(charmap.Windows1256, arabic), "text/html; charset=utf-8", arabic, "windows-1256"},
		{"windows-1256 said to be windows-1252", in(charmap.Windows1256, arabic), "text/html; charset=iso-8859-1", arabic, "windows-1256"},
		{"windows-1256 undeclared", in(charmap.Windows1256, arabic), "text/html", arabic, "windows-1256"},
		{"utf-8 said to be windows-1256", arabic, "text/html; charset=windows-1256", arabic, "utf-8"},
		{"utf-8 said to be latin-1 in the header", "l’été", "text/html; charset=iso-8859-1", "l’été", "utf-8"},
		{"utf-8 with a broken character", strings.Repeat("é", 100) + "\xff", "text/html; charset=utf-8", strings.Repeat("é", 100) + "\ufffd", "utf-8"},
		{"a byte that is no utf-8", "a\xffb", "text/html; charset=utf-8", "aÿb", "windows-1252"},
		{"unknown charset", "été", "text/html; charset=utf-7", "été", "utf-8"},
		{"broken content type", "été", ";;;=", "été", "utf-8"},
		{"nothing", "", "", "", "utf-8"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, charset, err := extract.Decode([]byte(tc.body), tc.contentType)
			if err != nil || string(got) != tc.want || charset != tc.charset {
				t.Errorf("got %q, %q, %v; want %q, %q", got, charset, err, tc.want, tc.charset)
			}
		})
	}
	if _, _, err := extract.Decode(make([]byte, 33<<20), ""); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("33 MiB give %v, want an error of kind invalid", err)
	}
	if _, _, err := extract.Decode([]byte("a"), "text/html; charset=hz-gb-2312"); !errors.Is(err, vigie.ErrInvalid) {
		t.Errorf("an unsafe character set gives %v, want an error of kind invalid", err)
	}
}
