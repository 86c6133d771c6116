package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCorrection_takesItsPlace: a row that is corrected late counts as of the batch that it was rejected from. The rows
// of each step are what they would be had the corrected cell been right from the beginning.
func TestCorrection_takesItsPlace(t *testing.T) {
	const head = "customer_id,name,users\n"
	for _, mode := range []string{"change", "full"} {
		t.Run(mode, func(t *testing.T) {
			s := newSite(t, "  - {name: crm, feed: customers, path: 'in*.csv', mode: "+mode+", max_close_share: 1}\n")
			load := func(name, rows string) Receipt {
				t.Helper()
				s.write(name, head+rows)
				r := s.must(Options{})
				return r[len(r)-1]
			}
			load("in1.csv", "A,甲,1\nB,乙,1\nC,丙,1\nD,丁,1\n")
			second := load("in2.csv", "A,甲,x\nB,乙,x\nC,丙,x\nD,丁,2\n")
			load("in3.csv", "A,甲,3\nB,乙,1\nD,丁,2\n") // B as in the first; C is not in it
			for _, row := range []string{"A,甲,", "B,乙,", "C,丙,"} {
				s.correct(second.RejectFile, row+"x", row+"2")
			}
			out := ""
			if r, said, err := s.run(Options{File: second.RejectFile}); err != nil || r[0].Loaded != 3 {
				t.Fatalf("%v %s", err, said)
			} else {
				out = said
			}
			// By time: A 1, 2, 3; B 1, 2, 1; C 1, 2, and then not on the list; D 1, 2, 2.
			want := []string{"A|3", "B|1", "D|2"}
			if mode == "change" {
				want = []string{"A|3", "B|1", "C|2", "D|2"}
			}
			current := "select customer_id, users from customers where superseded_by is null order by all"
			if d := cmp.Diff(want, s.query(current)); d != "" {
				t.Error(d)
			}
			if !strings.Contains(out, "count as of batch 2") {
				t.Errorf("the receipt does not say which place the rows take:\n%s", out)
			}
			s.mustRebuild()
			// Taking the correction back, and a batch before it, keeps the order of time.
			s.mustRetract(4)
			want = []string{"A|3", "B|1", "D|2"}
			if mode == "change" {
				want = []string{"A|3", "B|1", "C|1", "D|2"}
			}
			if d := cmp.Diff(want, s.query(current)); d != "" {
				t.Error(d)
			}
			s.mustRetract(5)
			s.mustRetract(3)
			if d := cmp.Diff([]string{"A|2", "B|2", "C|2", "D|2"}, s.query(current)); d != "" {
				t.Error(d)
			}
			s.mustRebuild()
		})
	}
}
