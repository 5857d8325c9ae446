package main_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// mailbox is a real SMTP server on loopback that writes each mail it takes into a
// file, one JSON object a line, where a browser test reads it.
type mailbox struct {
	address, file string

	mu  sync.Mutex
	out *os.File // under mu
}

// letterLine is one line of the file.
type letterLine struct {
	To      string      `json:"to"`
	Subject string      `json:"subject"`
	Header  mail.Header `json:"header"`
	Text    string      `json:"text"`
	HTML    string      `json:"html"`
}

func newMailbox(t *testing.T) *mailbox {
	t.Helper()
	m := &mailbox{file: filepath.Join(t.TempDir(), "mails.jsonl")}
	out, err := os.Create(m.file)
	if err != nil {
		t.Fatal(err)
	}
	m.out = out
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.address = l.Addr().String()
	server := smtp.NewServer(m)
	server.Domain = "mail.observatoire.example"
	done := make(chan error)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		err := server.Close()
		if err := errors.Join(err, out.Close()); err != nil {
			t.Error(err)
		}
		<-done
	})
	return m
}

// NewSession implements smtp.Backend.
func (m *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { //nolint:ireturn // the signature is the library's
	return &mailSession{mailbox: m}, nil
}

type mailSession struct {
	mailbox *mailbox
	to      string
}

func (s *mailSession) Reset()                               { s.to = "" }
func (s *mailSession) Logout() error                        { return nil }
func (s *mailSession) Mail(string, *smtp.MailOptions) error { return nil }

func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return nil
}

func (s *mailSession) Data(r io.Reader) error {
	line, err := readLetter(r)
	if err != nil {
		return fmt.Errorf("read a mail: %w", err)
	}
	line.To = s.to
	s.mailbox.mu.Lock()
	defer s.mailbox.mu.Unlock()
	return json.NewEncoder(s.mailbox.out).Encode(line)
}

// readLetter takes a mail apart.
func readLetter(r io.Reader) (letterLine, error) {
	var line letterLine
	m, err := mail.ReadMessage(r)
	if err != nil {
		return line, err
	}
	line.Header = m.Header
	if line.Subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return line, err
	}
	err = line.read(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
	return line, err
}

// read takes the texts out of a part and the parts in it.
func (l *letterLine) read(contentType, encoding string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return err
	}
	if strings.HasPrefix(kind, "multipart/") {
		for parts := multipart.NewReader(body, params["boundary"]); ; {
			part, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := l.read(part.Header.Get("Content-Type"), part.Header.Get("Content-Transfer-Encoding"), part); err != nil {
				return err
			}
		}
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	switch kind {
	case "text/plain":
		l.Text = string(text)
	case "text/html":
		l.HTML = string(text)
	}
	return err
}
