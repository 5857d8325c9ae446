package story

import "slices"

// universe is the largest hash of a sample and of a title. Shorter hashes are
// smaller to keep; at 24 bits one of a text of 50,000 words is taken for another
// three times in a thousand.
const universe = 1<<24 - 1

// sample is a bottom-k sample of a set of hashes, in order: the k smallest, or all
// where there are no more. Two samples are compared below the smaller of their
// limits, where both are complete, so that the share of one set that lies in the
// other is estimated without bias whatever their sizes.
type sample struct {
	values []uint32
	cut    bool // there were more
}

// sampleOf keeps the most smallest of hashes, which it reorders.
func sampleOf(hashes []uint32, most int) sample {
	slices.Sort(hashes)
	hashes = slices.Compact(hashes)
	n := min(len(hashes), most)
	return sample{values: slices.Clone(hashes[:n]), cut: n < len(hashes)}
}

// limit is the hash up to which the sample is complete.
func (s sample) limit() uint32 {
	if s.cut {
		return s.values[len(s.values)-1]
	}
	return universe
}

// overlap is what two samples have, and have in common, below their limit.
type overlap struct {
	a, b, both int
	// density is the part of all hashes that lies below the limit.
	density float64
}

func compare(a, b sample) overlap {
	limit := min(a.limit(), b.limit())
	o := overlap{density: (float64(limit) + 1) / (universe + 1)}
	o.a, o.b = below(a.values, limit), below(b.values, limit)
	o.both = common(a.values[:o.a], b.values[:o.b])
	return o
}

// below counts the values up to limit.
func below(values []uint32, limit uint32) int {
	if len(values) == 0 || values[len(values)-1] <= limit {
		return len(values)
	}
	i, found := slices.BinarySearch(values, limit)
	if found {
		i++
	}
	return i
}

// contained is the part of the smaller set that lies in the larger, 0 to 1.
func (o overlap) contained() float64 {
	if n := min(o.a, o.b); n > 0 {
		return float64(o.both) / float64(n)
	}
	return 0
}

// shared estimates how many members the two sets have in common.
func (o overlap) shared() float64 { return float64(o.both) / o.density }

// FNV-1a, 64 bit (http://www.isthe.com/chongo/tech/comp/fnv/).
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func hashBytes[T ~string | ~[]byte](s T) uint64 {
	h := uint64(fnvOffset)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

// mix spreads the bits of h evenly: the finaliser of MurmurHash3.
func mix(h uint64) uint64 {
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// small is a hash of 32 bits, little one that is kept, up to [universe].
func small(h uint64) uint32  { return uint32(mix(h) >> 32) }
func little(h uint64) uint32 { return uint32(mix(h) >> 40) }
