package extract_test

import (
	"fmt"
	"testing"
)

// ratio is a share in numbers, such as "975 of 1000 (.975)".
type ratio struct{ right, all int }

func (r *ratio) add(right bool) {
	r.all++
	if right {
		r.right++
	}
}

func (r *ratio) plus(o ratio) ratio { return ratio{r.right + o.right, r.all + o.all} }

func (r *ratio) value() float64 { return float64(r.right) / float64(max(1, r.all)) }

func (r *ratio) String() string { return fmt.Sprintf("%d of %d (%.4f)", r.right, r.all, r.value()) }

func (r *ratio) atLeast(tb testing.TB, what string, least float64) {
	tb.Helper()
	if r.value() < least {
		tb.Errorf("%s: %v, want at least %v", what, r, least)
	}
}
