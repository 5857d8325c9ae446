package crawl

import (
	"encoding/binary"
	"slices"
	"strings"
	"unicode"

	"vigie"
)

// maxSample is how many words of a page are sampled. Of shorter pages it is all of them;
// of longer ones it tells the share that changed to within a few hundredths.
const maxSample = 1024

// sampleOf returns a sample of the words of a text that is the same for the same words,
// in whatever order: the smallest of the hashes of each word and how often it came
// before, sorted. It says how much of a page changed of which no copy may be kept.
func sampleOf(ps []vigie.Paragraph) []uint32 {
	times := map[string]uint32{}
	var all []uint32
	for word := range strings.FieldsSeq(vigie.PlainText(ps)) {
		if !strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			continue
		}
		all = append(all, hashOf(word, times[word]))
		times[word]++
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return slices.Clip(all[:min(len(all), maxSample)])
}

func hashOf(word string, n uint32) uint32 {
	hash, err := vigie.HashOf(binary.BigEndian.AppendUint32([]byte(word), n)).Bytes()
	if err != nil {
		return 0 // of our own making, so it can be read
	}
	return binary.BigEndian.Uint32(hash)
}

// sampledThousandths says how much of the words differs between two texts, as
// [diff.Thousandths] does, from their samples: what both of them would hold is compared.
func sampledThousandths(a, b []uint32) int {
	bound := ^uint32(0)
	for _, s := range [...][]uint32{a, b} {
		if len(s) >= maxSample {
			bound = min(bound, s[len(s)-1])
		}
	}
	total, common := 0, 0
	for i, j := 0, 0; i < len(a) || j < len(b); {
		switch {
		case j == len(b) || i < len(a) && a[i] < b[j]:
			if a[i] <= bound {
				total++
			}
			i++
		case i == len(a) || b[j] < a[i]:
			if b[j] <= bound {
				total++
			}
			j++
		default:
			if a[i] <= bound {
				total, common = total+2, common+2
			}
			i, j = i+1, j+1
		}
	}
	if total == common {
		return 0
	}
	return max(1, (total-common)*1000/total)
}
