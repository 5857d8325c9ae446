package mail_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"vigie"
	"vigie/curate/mail"
	"vigie/vigietest"
)

func message() mail.Message {
	return mail.Message{
		From: mail.Address{Name: "Observatoire exemple", Email: "veille@observatoire.example"},
		To:   mail.Address{Email: "lectrice@lettres.example"}, ReplyTo: mail.Address{Email: "contact@observatoire.example"},
		Bounce: "bounce+0a1b@observatoire.example", Subject: "La 5G arrive : l’été à Rabat", Text: "Bonjour,\n\nÀ lire cette semaine.\n.\n..\n",
		HTML: "<!doctype html><html lang=\"fr\" dir=\"ltr\"><p>À lire cette semaine.</p></html>", Lang: vigie.French,
		MessageID: "0a1b2c@observatoire.example", Date: time.Date(2026, 11, 21, 20, 40, 0, 0, time.UTC), ListID: "digest.observatoire.example",
		Unsubscribe: "https://observatoire.example/u/v1.01KAMSVB.stop.k1.0a1b2c3d4e5f60718293a4b5c6d7e8f9", UnsubscribeMail: "stop+0a1b@observatoire.example",
		Automatic: true, Bulk: true,
	}
}

func arabic() mail.Message {
	m := message()
	m.Lang, m.Subject = vigie.Arabic, "نشرة المرصد: الجيل الخامس (5G) في المغرب، ونسبة مستعملي الإنترنت تبلغ 90,7 % سنة 2025"
	m.From.Name = "المرصد الوطني، نموذج"
	m.Text = strings.Repeat("نص عربي طويل مع ITU و 2026. ", 100) + "\n"
	m.HTML = "<html lang=\"ar\" dir=\"rtl\"><p>" + strings.Repeat("نص عربي ", 300) + "</p></html>"
	return m
}

func TestGolden(t *testing.T) {
	plain := message()
	plain.HTML, plain.Automatic, plain.Bulk, plain.ListID, plain.Unsubscribe, plain.UnsubscribeMail = "", false, false, "", "", ""
	for name, m := range map[string]mail.Message{"french": message(), "arabic": arabic(), "plain": plain} {
		got, err := m.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		again, err := m.Bytes()
		if err != nil || !bytes.Equal(got, again) {
			t.Errorf("%s: other bytes the second time: %v", name, err)
		}
		vigietest.Golden(t, "testdata/"+name+".eml", string(got))
	}
}

// TestRoundTrip reads messages back with the standard library.
func TestRoundTrip(t *testing.T) {
	long := message()
	long.Text, long.Subject = strings.Repeat("x", 5000)+"\r\nfin\rseule", strings.Repeat("é", 300)
	for name, m := range map[string]mail.Message{"french": message(), "arabic": arabic(), "long": long} {
		t.Run(name, func(t *testing.T) {
			raw, err := m.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			checkWire(t, raw)
			got, err := netmail.ReadMessage(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(err)
			}
			subject, err := new(mime.WordDecoder).DecodeHeader(got.Header.Get("Subject"))
			if err != nil || subject != m.Subject {
				t.Errorf("subject %q, %v", subject, err)
			}
			from, err := got.Header.AddressList("From")
			if err != nil || from[0].Name != m.From.Name || from[0].Address != m.From.Email {
				t.Errorf("from %v, %v", from, err)
			}
			if date, err := got.Header.Date(); err != nil || !date.Equal(m.Date) {
				t.Errorf("date %v, %v", date, err)
			}
			text, htm := parts(t, got)
			crlf := strings.NewReplacer("\r\n", "\r\n", "\r", "\r\n", "\n", "\r\n")
			if text != crlf.Replace(m.Text) || htm != crlf.Replace(m.HTML) {
				t.Errorf("text %.100q, html %.100q", text, htm)
			}
		})
	}
}

func checkWire(t *testing.T, raw []byte) {
	t.Helper()
	for line := range strings.SplitSeq(string(raw), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n\x00") || strings.ContainsFunc(line, func(r rune) bool { return r > '~' }) {
			t.Errorf("the line %.120q", line)
		}
	}
}

func parts(t *testing.T, m *netmail.Message) (text, htm string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("type %q: %v", kind, err)
	}
	r := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return text, htm
		}
		if err != nil {
			t.Fatal(err)
		}
		body := io.Reader(quotedprintable.NewReader(p))
		if p.Header.Get("Content-Transfer-Encoding") == "base64" {
			body = base64.NewDecoder(base64.StdEncoding, p)
		}
		b, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			htm = string(b)
		} else {
			text = string(b)
		}
	}
}

// TestInjection puts every separator into every field that becomes a header.
func TestInjection(t *testing.T) {
	fields := map[string]func(*mail.Message, string){
		"subject": func(m *mail.Message, s string) { m.Subject += s }, "from name": func(m *mail.Message, s string) { m.From.Name += s },
		"from": func(m *mail.Message, s string) { m.From.Email += s }, "to name": func(m *mail.Message, s string) { m.To.Name += s },
		"to": func(m *mail.Message, s string) { m.To.Email += s }, "reply name": func(m *mail.Message, s string) { m.ReplyTo.Name += s },
		"reply": func(m *mail.Message, s string) { m.ReplyTo.Email += s }, "bounce": func(m *mail.Message, s string) { m.Bounce += s },
		"id": func(m *mail.Message, s string) { m.MessageID += s }, "list": func(m *mail.Message, s string) { m.ListID += s },
		"unsubscribe": func(m *mail.Message, s string) { m.Unsubscribe += s }, "by mail": func(m *mail.Message, s string) { m.UnsubscribeMail += s },
		"language": func(m *mail.Message, s string) { m.Lang += vigie.Lang(s) },
	}
	for field, add := range fields {
		for _, s := range []string{"\r", "\n", "\r\n", "\x00", "\u0085", "\u2028", "\u2029", "\x0b", "\x0c", "\x7f", "\x1b", "\t", "\xff", "\xe2\x80"} {
			for _, tail := range []string{s, s + "Bcc: x@y.example", s + s + "body"} {
				m := message()
				add(&m, tail)
				if got, err := m.Bytes(); !errors.Is(err, vigie.ErrInvalid) || got != nil {
					t.Errorf("%s with %q: %v", field, tail, err)
				}
			}
		}
	}
}

func TestRefused(t *testing.T) {
	for name, change := range map[string]func(*mail.Message){
		"no subject": func(m *mail.Message) { m.Subject = " " }, "no text": func(m *mail.Message) { m.Text = "" }, "no date": func(m *mail.Message) { m.Date = time.Time{} },
		"no id": func(m *mail.Message) { m.MessageID = "" }, "id with brackets": func(m *mail.Message) { m.MessageID = "<a@b>" },
		"no recipient": func(m *mail.Message) { m.To.Email = "" }, "two recipients": func(m *mail.Message) { m.To.Email = "a@b.example, c@d.example" },
		"long subject": func(m *mail.Message) { m.Subject = strings.Repeat("a", 901) }, "large text": func(m *mail.Message) { m.Text = strings.Repeat("a", 5<<20+1) },
		"http unsubscribe": func(m *mail.Message) { m.Unsubscribe = "http://observatoire.example/u" },
		"other way out":    func(m *mail.Message) { m.Unsubscribe = "https://a.example/>,<https://b.example/" },
		"bad list":         func(m *mail.Message) { m.ListID = "a b" }, "bad language": func(m *mail.Message) { m.Lang = "fr; x" },
	} {
		m := message()
		change(&m)
		if _, err := m.Bytes(); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseAddress(t *testing.T) {
	for in, want := range map[string]string{
		"\tLectrice.Une+vigie@LETTRES.example\n": "Lectrice.Une+vigie@lettres.example", "a@münchen.example": "a@xn--mnchen-3ya.example",
		"a@مثال.example": "a@xn--mgbh0fb.example", "o'neil@a.example": "o'neil@a.example", "root@localhost": "root@localhost",
	} {
		if got, err := mail.ParseAddress(in); err != nil || got.Email != want || got.Name != "" {
			t.Errorf("ParseAddress(%q) = %v, %v", in, got, err)
		}
	}
	for _, in := range []string{
		"", "a", "@b.example", "a@", "a@b", "a b@c.example", "a@b c.example", `"a"@b.example`, "A <a@b.example>", "a@b.example,c@d.example", ".a@b.example", "a..b@c.example",
		"é@b.example", "a@b..example", "a@b.example.", "a@" + strings.Repeat("b", 64) + ".example", "a@-b.example", "a@b.example\r\nRCPT TO:<x@y.example>", "a>@b.example", strings.Repeat("a", 65) + "@b.example", "a@[127.0.0.1]", "a@b@c.example",
	} {
		if got, err := mail.ParseAddress(in); !errors.Is(err, vigie.ErrInvalid) {
			t.Errorf("ParseAddress(%q) = %v, %v", in, got, err)
		}
	}
}

func FuzzMessage(f *testing.F) {
	f.Add("sujet", "nom", "a@b.example", "texte")
	f.Add("a\r\nBcc: x", "\"", "a@b.example>", ".\r\n")
	f.Fuzz(func(t *testing.T, subject, name, to, text string) {
		m := message()
		m.Subject, m.To, m.From.Name, m.Text = subject, mail.Address{Name: name, Email: to}, name, text
		raw, err := m.Bytes()
		if err != nil {
			return
		}
		checkWire(t, raw)
		got, err := netmail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if list, err := got.Header.AddressList("To"); err != nil || len(list) != 1 || len(got.Header) != 14 {
			t.Errorf("to %v, %v; %d headers", list, err, len(got.Header))
		}
	})
}
