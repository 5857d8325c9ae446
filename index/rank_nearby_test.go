package index_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"vigie/index"
)

// TestNearby: the words of a name stand together in any order and with a few words
// between them, each in one place only.
func TestNearby(t *testing.T) {
	cases := []struct {
		name  string
		spots [][]int
		want  []int
	}{
		{"side by side", [][]int{{7}, {8}}, []int{8}},
		{"the other way round", [][]int{{8}, {7}}, []int{8}},
		{"three between", [][]int{{7}, {11}}, []int{11}},
		{"four between", [][]int{{7}, {12}}, nil},
		{"one is missing", [][]int{{7, 8, 9}, {}}, nil},
		{"twice", [][]int{{1, 50}, {2, 52}}, []int{2, 52}},
		{"one for two", [][]int{{1, 3}, {2}}, []int{2}},
		{"three over more", [][]int{{1}, {5}, {9}}, []int{9}},
		{"three over too many", [][]int{{1}, {6}, {10}}, nil},
	}
	for _, c := range cases {
		if diff := cmp.Diff(c.want, index.Nearby(c.spots)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
