package assess

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is kept reads back as it was.
func TestKept(t *testing.T) {
	r := Report{Period: "2026-10", Snapshot: "s1", Rules: "ab", Sheets: []Sheet{company(t).sheet(staff())}}
	k, ok := r.Keep("M1")
	if _, other := r.Keep("M2"); !ok || other {
		t.Fatal("the sheet of M1 is kept, and there is none of M2")
	}
	data, err := k.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	back, err := ReadKept(data)
	if diff := cmp.Diff(k, back); diff != "" || err != nil {
		t.Errorf("read back: %v\n%s", err, diff)
	}
	if _, err := ReadKept([]byte("{")); err == nil {
		t.Error("half a sheet was read")
	}
}

// B from 85 % to 87 %: points .7·100 = 70 for 50, total 72 + 28 = 100 for 92; the grade stays an A. Another rank, interval or name is no
// change, nor is the tenth digit.
func TestChanges(t *testing.T) {
	was, a := company(t).sheet(staff()), company(t)
	a.measures["B"].answers["M1"] = answer(.87, .84, .9)
	is := a.sheet(staff())
	want := []Change{{"B", "raw", "0.85", "0.87"}, {"B", "points", "50", "70"}, {"total", "points", "92", "100"}}
	if diff := cmp.Diff(want, Changes(was, is)); diff != "" {
		t.Errorf("changes (-want +got)\n%s", diff)
	}
	same := was
	same.Rank, same.ManagerName, same.Total.High = 7, "x", at(3)
	same.Total.Value = at(92.00000001)
	if got := Changes(was, same); len(got) > 0 {
		t.Errorf("no change: %v", got)
	}
	gone := was
	gone.Lines, gone.Grade = was.Lines[:1], ""
	lost := Changes(was, gone)
	if len(lost) == 0 || lost[len(lost)-1] != (Change{"total", "grade", "A", ""}) || lost[0].Is != "" {
		t.Errorf("a line and the grade are gone: %v", lost)
	}
	if back := Changes(gone, was); len(back) != len(lost) {
		t.Errorf("a line more: %v", back)
	}
}
