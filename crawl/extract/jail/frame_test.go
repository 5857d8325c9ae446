package jail_test

import (
	"bytes"
	"testing"

	"vigie/crawl/extract/jail"
)

func TestFrames(t *testing.T) {
	var b bytes.Buffer
	if err := jail.WriteFrame(&b, 'D', []byte{3}, []byte("pdf"), []byte("body")); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	if kind, payload, err := jail.ReadFrame(bytes.NewReader(whole), 8); err != nil || kind != 'D' || string(payload) != "\x03pdfbody" {
		t.Errorf("read %c %q, %v", kind, payload, err)
	}
	if _, _, err := jail.ReadFrame(bytes.NewReader(whole), 7); err == nil {
		t.Error("a frame above the bound was read")
	}
	for n := range whole {
		if _, _, err := jail.ReadFrame(bytes.NewReader(whole[:n]), 8); err == nil {
			t.Errorf("a frame cut after %d bytes was read", n)
		}
	}
}

func FuzzReadFrame(f *testing.F) {
	f.Add([]byte("A\x00\x00\x00\x01x"))
	f.Add([]byte("A\xff\xff\xff\xff"))
	f.Add([]byte("N\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		kind, payload, err := jail.ReadFrame(bytes.NewReader(data), 1<<10)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := jail.WriteFrame(&b, kind, payload); err != nil || !bytes.HasPrefix(data, b.Bytes()) || len(payload) > 1<<10 {
			t.Errorf("%q was read as %c %q (%v)", data, kind, payload, err)
		}
	})
}
