package kpi

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/text"
)

// TestFlows: 30 stayed in tier 2, 4 rose to 1, 2 fell to 3, 5 were lost from 2, 3 came in at 3. Tier 1 had nobody at the start
// and tier 3 nobody who stayed: both are rows and columns all the same. New is a row only, lost a column only.
func TestFlows(t *testing.T) {
	got := flowsOf([]flow{{"2>1", 4}, {"2>2", 30}, {"2>3", 2}, {"2>lost", 5}, {"new>3", 3}})
	want := Flows{
		From: []string{"1", "2", "3", "new"}, To: []string{"1", "2", "3", "lost"},
		Rows: [][]int64{{0, 0, 0, 0}, {4, 30, 2, 5}, {0, 0, 0, 0}, {0, 0, 3, 0}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for state, name := range map[string]string{"2": "二级", "new": "新入", "lost": "流失", "none": "未定级"} {
		if got := StateName(text.ZH, state); got != name {
			t.Errorf("%s: %s, want %s", state, got, name)
		}
	}
}

// TestDoor_Flows: in the third quarter one rose, two stayed and count; one came in and one was lost, which count in no
// value; one merged away is no flow, and a month's and m2's rows are other questions. An answer by category has no target.
func TestDoor_Flows(t *testing.T) {
	member := func(customer, kind, manager, category, excluded string, num int64) fixtureRow {
		r := row(t, "2026-07-01", customer, manager, num, 1)
		r.periodKind, r.category, r.excluded = kind, category, excluded
		return r
	}
	d := bare(t, map[string][]fixtureRow{"X.moved": {
		member("c01", "quarter", "m1", "2>1", "", 1), member("c02", "quarter", "m1", "2>2", "", 0), member("c03", "quarter", "m1", "2>2", "", 0),
		member("c04", "quarter", "m1", "new>2", "new", 0), member("c05", "quarter", "m1", "1>lost", "lost", 0),
		member("c06", "quarter", "m1", "1>2", "merged", 0), member("c07", "month", "m1", "1>2", "", -1), member("c08", "quarter", "m2", "1>1", "", 0),
	}})
	d.targets["X.moved"] = []target{{goal: goal{target: num(10)}, scope: "company", always: true}}
	q := ExplainQuestion{KPI: "X.moved", Period: mustPeriod(t, "2026-Q3"), Filter: map[Dim][]string{ByManager: {"m1"}}}
	got, err := d.Flows(t.Context(), Everything(), q)
	want := Flows{From: []string{"1", "2", "new"}, To: []string{"1", "2", "lost"}, Rows: [][]int64{{0, 0, 1}, {1, 2, 0}, {0, 1, 0}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
	for name, s := range map[string]Scope{"nobody": {}, "somebody else": {Managers: []string{"m3"}}} {
		if f, err := d.Flows(t.Context(), s, q); len(f.Rows) > 0 || err != nil {
			t.Errorf("%s sees %+v, %v", name, f, err)
		}
	}
	if a := ask(t, d, Everything(), "2026-Q3", nil, "X.moved")[0]; a.Target == nil {
		t.Error("the measure itself has no target")
	}
	for _, a := range ask(t, d, Everything(), "2026-Q3", []Dim{ByCategory}, "X.moved") {
		if a.Target != nil {
			t.Errorf("%v is held against %v", a.By, *a.Target)
		}
	}
}
