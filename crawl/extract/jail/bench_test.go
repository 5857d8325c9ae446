package jail_test

import (
	"bytes"
	"testing"

	"vigie/crawl/extract/jail"
)

// BenchmarkStart is the price of a new child, with a first small document.
func BenchmarkStart(b *testing.B) {
	j := open(b, jail.Options{Documents: 1})
	for b.Loop() {
		mustRun(b, j, "echo", nil)
	}
}

// BenchmarkRun is the price of the way there and back.
func BenchmarkRun(b *testing.B) {
	j := open(b, jail.Options{Documents: 1 << 30})
	for name, size := range map[string]int{"empty": 0, "1MB": 1 << 20} {
		doc := bytes.Repeat([]byte{'x'}, size)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				mustRun(b, j, "echo", doc)
			}
		})
	}
}
