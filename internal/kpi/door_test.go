package kpi

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
)

// bare makes a snapshot of hand-written rows of the fixture's measures.
func bare(t *testing.T, rows map[string][]fixtureRow) *Door {
	t.Helper()
	return openFixture(t, &fixture{path: t.TempDir() + "/snap.duckdb", rows: rows}).door
}

// row is one counted row of a measure on a day.
func row(t *testing.T, on, customer, manager string, num, den int64) fixtureRow {
	t.Helper()
	return fixtureRow{subject: customer, subjectKind: "case", anchor: mustDay(t, on), customer: customer, manager: manager, num: &num, den: &den}
}

func ask(t *testing.T, d *Door, s Scope, period string, by []Dim, kpis ...string) []Answer {
	t.Helper()
	answers, err := d.Query(context.Background(), s, Question{KPIs: kpis, Period: mustPeriod(t, period), By: by, Compare: true})
	if err != nil {
		t.Fatal(err)
	}
	return answers
}

// TestStatus: each status with its neighbour on the other side of the boundary. The snapshot is of 2026-11-01; X.ratio
// needs 5 subjects, X.late matures 30 days after the period, X.revenue has months and years only.
func TestStatus(t *testing.T) {
	unset := fixtureRow{subject: "u", anchor: mustDay(t, "2026-09-03"), manager: "m1", excluded: "rule_unset"}
	merged := fixtureRow{subject: "g", anchor: mustDay(t, "2026-08-03"), manager: "m1", excluded: "merged"}
	rows := map[string][]fixtureRow{}
	for _, on := range []string{"2026-10-01", "2026-10-02", "2026-10-03", "2026-10-30", "2026-10-31"} {
		rows["X.ratio"] = append(rows["X.ratio"], row(t, on, "c01", "m1", 1, 1))
	}
	rows["X.ratio"] = append(rows["X.ratio"], row(t, "2026-06-30", "c01", "m1", 1, 1), row(t, "2026-11-01", "c01", "m1", 0, 1), unset, merged)
	for range 4 { // four in July, one row short of the minimum; and one whose rule is unset
		rows["X.ratio"] = append(rows["X.ratio"], row(t, "2026-07-09", "c01", "m1", 1, 1))
	}
	unset.anchor = mustDay(t, "2026-07-31")
	rows["X.ratio"] = append(rows["X.ratio"], unset)
	rows["X.late"] = []fixtureRow{row(t, "2026-09-30", "c01", "m1", 1, 1), row(t, "2026-10-01", "c01", "m1", 1, 1)}
	d := bare(t, rows)
	for _, c := range []struct {
		kpi, period string
		status      Status
		n           int64
		value       float64 // -1: none
		notes       []string
		matures     string
	}{
		{"X.ratio", "2026-10", OK, 5, 1, nil, ""},
		{"X.ratio", "2026-07", SmallSample, 4, 1, []string{"unset_rows:1", "unset_share:0.2"}, ""},
		{"X.ratio", "2026-09", Unset, 0, -1, []string{"unset_rows:1", "unset_share:1"}, ""},
		{"X.ratio", "2026-08", OK, 0, -1, []string{NoneCounted}, ""}, // only a merged case: data, but nothing to divide
		{"X.ratio", "2026-05", OK, 0, -1, []string{NoRows}, ""},      // not even that, though cases were loaded
		{"X.ratio", "2026-12", Immature, 0, -1, []string{NoRows}, "2027-01-01"},
		{"X.wait", "2026-10", OK, 0, -1, []string{NoRows}, ""},
		{"X.ratio", "2026-11", Immature, 1, -1, []string{"small_sample"}, "2026-12-01"},
		{"X.ratio", "2026-Q3", SmallSample, 4, 1, []string{"unset_rows:2", "unset_share:0.3333"}, ""},
		{"X.ratio", "2026-06..2026-10", OK, 10, 1, []string{"unset_rows:2", "unset_share:0.1667"}, ""},
		{"X.late", "2026-09", OK, 1, 1, nil, ""}, // 10-01 + 30 days is 10-31
		{"X.late", "2026-10", Immature, 1, -1, nil, "2026-12-01"},
		{"X.unfed", "2026-10", NoData, 0, -1, nil, ""},
		{"X.unfed", "2026-11", NoData, 0, -1, []string{"immature"}, "2026-12-01"},
		{"X.revenue", "2026-Q3", NotDefined, 0, -1, nil, ""},
		{"X.revenue", "2026-06..2026-10", NotDefined, 0, -1, nil, ""},
		{"X.revenue", "2025", OK, 0, -1, []string{NoRows}, ""},
	} {
		a := ask(t, d, Everything(), c.period, nil, c.kpi)[0]
		value := -1.0
		if a.Value != nil {
			value = *a.Value
		}
		if a.Status != c.status || a.N != c.n || value != c.value || !slices.Equal(a.Notes, c.notes) || a.MaturesOn != c.matures {
			t.Errorf("%s %s: %s, n %d, value %v, notes %q, matures %q; want %+v", c.kpi, c.period, a.Status, a.N, value, a.Notes, a.MaturesOn, c)
		}
		if a.Status == NotDefined && (a.Num != nil || a.Den != nil) {
			t.Errorf("%s %s: a sum where nothing is defined", c.kpi, c.period)
		}
	}
}

// TestComparison: November against October and the November before, each of one month; the range June to July against
// April to May.
func TestComparison(t *testing.T) {
	d := bare(t, map[string][]fixtureRow{"X.late": {
		row(t, "2025-09-30", "c01", "m1", 0, 1), row(t, "2026-08-31", "c01", "m1", 1, 1), row(t, "2026-09-01", "c01", "m1", 0, 1), row(t, "2026-09-30", "c01", "m1", 1, 1),
	}})
	a := ask(t, d, Everything(), "2026-09", nil, "X.late")[0]
	if a.Previous.Period != "2026-08" || *a.Previous.Value != 1 || a.Previous.N != 1 || a.YearAgo.Period != "2025-09" || *a.YearAgo.Value != 0 {
		t.Errorf("previous %+v, year ago %+v", a.Previous, a.YearAgo)
	}
	a = ask(t, d, Everything(), "2026-08..2026-09", nil, "X.late")[0]
	if a.Previous.Period != "2026-06..2026-07" || a.Previous.Value != nil || *a.Num != 2 || *a.Den != 3 || a.YearAgo.Period != "2025-08..2025-09" || a.YearAgo.N != 1 {
		t.Errorf("%+v, previous %+v, year ago %+v", a, a.Previous, a.YearAgo)
	}
}

// TestExposure: two complaints in February (28 days: 14,000 owner-days are 500 customer-months) and one in March (31
// days: 9,300 are 300): 3 per 800 customer-months, 0.375 per hundred; never 23,300 days over an average month.
func TestExposure(t *testing.T) {
	d := bare(t, map[string][]fixtureRow{"X.events": {
		row(t, "2026-02-01", "c01", "m1", 0, 14_000), row(t, "2026-02-03", "c01", "m1", 1, 0), row(t, "2026-02-28", "c02", "m1", 1, 0),
		row(t, "2026-03-01", "c01", "m1", 0, 9_300), row(t, "2026-03-31", "c01", "m1", 1, 0),
	}})
	a := ask(t, d, Everything(), "2026-02..2026-03", nil, "X.events")[0]
	// exact Poisson of 3: [0.61867, 8.76727] / 8
	if *a.Value != .375 || a.N != 3 || *a.Den != 23_300 || !near(*a.Low, .61867/8, 1e-5) || !near(*a.High, 8.76727/8, 1e-5) {
		t.Errorf("value %v, n %d, den %d, [%v, %v]", *a.Value, a.N, *a.Den, *a.Low, *a.High)
	}
}

// TestScope: the zero scope sees nothing anywhere; two managers see disjoint rows that with the rest make the company; a
// team and a region see theirs.
func TestScope(t *testing.T) {
	f := newFixture(t, 5, 300)
	ctx, d := context.Background(), f.door
	q := Question{Period: mustPeriod(t, "2026"), By: []Dim{ByManager}, Compare: true}
	if got, err := d.Query(ctx, Scope{}, q); len(got) != 0 || err != nil {
		t.Errorf("zero scope: %d answers, %v", len(got), err)
	}
	set, err := d.Explain(ctx, Scope{}, ExplainQuestion{KPI: "X.ratio", Period: q.Period})
	if err != nil || len(set.Rows) != 0 || set.Total != 0 || len(set.Excluded) != 0 {
		t.Errorf("zero scope: %+v, %v", set, err)
	}
	for _, dim := range []Dim{ByManager, ByTeam, ByRegion, ByTier, ByKind, ByCustomer} {
		if got, err := d.Members(ctx, Scope{}, dim); len(got) != 0 || err != nil {
			t.Errorf("zero scope: members of %s: %v, %v", dim, got, err)
		}
	}
	if got, err := d.Feeds(ctx, Scope{}); len(got) != 0 || err != nil {
		t.Errorf("zero scope: feeds %v, %v", got, err)
	}
	for _, s := range []Scope{{}, {Managers: []string{"m1"}}} {
		rejects, err := d.Rejects(ctx, s, 10)
		if len(rejects) != 0 || err != nil {
			t.Errorf("%+v sees rejects: %v, %v", s, rejects, err)
		}
	}
	rowsOf := func(s Scope) map[string]bool {
		seen := map[string]bool{}
		for _, excluded := range []bool{false, true} {
			set, err := d.Explain(ctx, s, ExplainQuestion{KPI: "X.ratio", Period: q.Period, Excluded: excluded, Limit: maxLimit})
			if err != nil || int64(len(set.Rows)) != set.Total {
				t.Fatalf("%d of %d rows, %v", len(set.Rows), set.Total, err)
			}
			for _, r := range set.Rows {
				seen[r.SubjectID] = true
			}
		}
		return seen
	}
	one, two, all := rowsOf(Scope{Managers: []string{"m1"}}), rowsOf(Scope{Managers: []string{"m2"}}), rowsOf(Everything())
	for id := range one {
		if two[id] {
			t.Errorf("row %s is seen by both managers", id)
		}
	}
	both := rowsOf(Scope{Managers: []string{"m1", "m2"}})
	if len(both) != len(one)+len(two) || len(one) == 0 || len(two) == 0 || len(both) >= len(all) {
		t.Errorf("m1 %d, m2 %d, both %d, all %d rows", len(one), len(two), len(both), len(all))
	}
	members, err := d.Members(ctx, Scope{Teams: []string{"t1"}}, ByManager)
	if diff := cmp.Diff([]Member{{"m1", "经理1", "t1"}, {"m3", "经理3", "t1"}, {"m5", "经理5", "t1"}}, members); diff != "" || err != nil {
		t.Errorf("team t1's managers: %s %v", diff, err)
	}
}

// TestTargets: manager before team before tier before company, then the shortest period that holds the asked one.
func TestTargets(t *testing.T) {
	d := newFixture(t, 6, 1500).door
	for _, c := range []struct {
		kpi, period string
		by          []Dim
		at          map[string]string
		want        float64
	}{
		{"X.ratio", "2026-10", nil, map[string]string{}, .82},                             // company, 2026-Q4
		{"X.ratio", "2026-09", nil, map[string]string{}, .81},                             // company, 2026
		{"X.ratio", "2025-09", nil, map[string]string{}, .8},                              // company, always
		{"X.ratio", "2026", nil, map[string]string{}, .81},                                // a quarter's target is not the year's
		{"X.ratio", "2026-10", []Dim{ByManager}, map[string]string{"manager": "m1"}, .9},  // his own
		{"X.ratio", "2026-09", []Dim{ByManager}, map[string]string{"manager": "m1"}, .85}, // his team's
		{"X.ratio", "2026-10", []Dim{ByManager}, map[string]string{"manager": "m2"}, .82}, // a team without one
		{"X.ratio", "2026-10", []Dim{ByManager}, map[string]string{"manager": ""}, .82},   // 未分配
		{"X.ratio", "2026-09", []Dim{ByTier}, map[string]string{"tier": "1"}, .95},        //
		{"X.ratio", "2026-09", []Dim{ByTier}, map[string]string{"tier": "2"}, .81},        //
		{"X.ratio", "2025-09", []Dim{ByTeam}, map[string]string{"team": "t1"}, .8},        // the team's is for 2026
		{"X.late", "2026-09", nil, map[string]string{}, -1},                               // a block's target is its main measure's
		{"X", "2026-Q4", []Dim{ByMonth}, map[string]string{"month": "2026-10"}, .82},      //
		{"X", "2026", []Dim{ByMonth, ByTeam}, map[string]string{"month": "2026-02", "team": "t1"}, .85},
	} {
		found := false
		for _, a := range ask(t, d, Everything(), c.period, c.by, c.kpi) {
			if !cmp.Equal(a.By, c.at) {
				continue
			}
			found = true
			got := -1.0
			if a.Target != nil {
				got = *a.Target
			}
			if got != c.want {
				t.Errorf("%s %s %v: target %v, want %v", c.kpi, c.period, c.at, got, c.want)
			}
		}
		if !found {
			t.Errorf("%s %s %v: no answer", c.kpi, c.period, c.at)
		}
	}
	if a := ask(t, d, Scope{Managers: []string{"m1"}}, "2026-10", nil, "X.ratio")[0]; a.Target == nil || *a.Target != .9 {
		t.Errorf("a manager's own total has target %v, want his own", a.Target)
	}
}

// TestExplain: counted and excluded rows, reasons with counts, names, pages that join without gap or overlap.
func TestExplain(t *testing.T) {
	ctx, f := context.Background(), newFixture(t, 7, 300)
	q := ExplainQuestion{KPI: "X", Period: mustPeriod(t, "2026-Q2"), Filter: map[Dim][]string{ByManager: {"m1", ""}}}
	def, err := f.door.Definition("x")
	if err != nil {
		t.Fatal(err)
	}
	rows, excluded, unset := f.oracleRows(def, Everything(), q.Period, q.Filter, nil)
	set, err := f.door.Explain(ctx, Everything(), q)
	if err != nil || set.KPI != "X.ratio" || set.Total != int64(len(rows)) || len(set.Rows) != len(rows) || set.Limit != defaultLimit {
		t.Fatalf("%d of %d rows, want %d: %v", len(set.Rows), set.Total, len(rows), err)
	}
	var num, reasons, unsetRows int64
	for _, r := range set.Rows {
		num += *r.Num
		if r.ManagerID == "m1" && r.ManagerName != "经理1" || r.CustomerName == "" || r.ManagerID == "" && r.UnassignedReason == "" {
			t.Errorf("row %+v", r)
		}
	}
	for _, r := range set.Excluded {
		reasons += r.Rows
		if r.Reason == "rule_unset" {
			unsetRows = r.Rows
		}
	}
	if want := f.oracle(def, rows).num; num != want || reasons != excluded || unsetRows != unset {
		t.Errorf("num %d, want %d; %d excluded, want %d; %d unset, want %d", num, want, reasons, excluded, unsetRows, unset)
	}
	q.Excluded = true
	if out, err := f.door.Explain(ctx, Everything(), q); err != nil || out.Total != excluded || out.Rows[0].ExcludedReason == "" || out.Rows[0].Num != nil {
		t.Errorf("excluded: %d of %d, %v", len(out.Rows), out.Total, err)
	}
	q.Excluded, q.Limit = false, 3
	var paged []Row
	for q.Offset = 0; q.Offset < len(rows); q.Offset += 3 {
		page, err := f.door.Explain(ctx, Everything(), q)
		if err != nil {
			t.Fatal(err)
		}
		paged = append(paged, page.Rows...)
	}
	if diff := cmp.Diff(set.Rows, paged); diff != "" {
		t.Errorf("pages differ from the whole: %s", diff)
	}
}

// TestExplain_ownPeriods: the rows of a quarter's list, not those of its months; and none where no list is frozen.
func TestExplain_ownPeriods(t *testing.T) {
	month, quarter := row(t, "2026-07-01", "c01", "m1", 31, 31), row(t, "2026-07-01", "c02", "m1", 92, 92)
	month.periodKind, quarter.periodKind = "month", "quarter"
	d := bare(t, map[string][]fixtureRow{"X.kept": {month, quarter}})
	set, err := d.Explain(context.Background(), Everything(), ExplainQuestion{KPI: "X.kept", Period: mustPeriod(t, "2026-Q3")})
	if err != nil || len(set.Rows) != 1 || set.Rows[0].CustomerID != "c02" {
		t.Errorf("%+v, %v", set, err)
	}
	_, err = d.Explain(context.Background(), Everything(), ExplainQuestion{KPI: "X.kept", Period: mustPeriod(t, "2026-07..2026-08")})
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Kind != fault.Usage {
		t.Errorf("a range of a frozen list: %v", err)
	}
}

func TestQuery_faults(t *testing.T) {
	d := bare(t, nil)
	for name, c := range map[string]struct {
		q    Question
		kind fault.Kind
	}{
		"no such KPI":       {Question{KPIs: []string{"Z9"}, Period: mustPeriod(t, "2026")}, fault.NotFound},
		"no such dimension": {Question{Period: mustPeriod(t, "2026"), By: []Dim{"colour"}}, fault.Usage},
		"no such filter":    {Question{Period: mustPeriod(t, "2026"), Filter: map[Dim][]string{"1=1 --": {"x"}}}, fault.Usage},
		"no period":         {Question{}, fault.Usage},
		"no such manager":   {Question{Period: mustPeriod(t, "2026"), Filter: map[Dim][]string{ByManager: {"m1", "NOPE"}}}, fault.Usage},
		"no such customer":  {Question{Period: mustPeriod(t, "2026"), Filter: map[Dim][]string{ByCustomer: {"NOPE"}}}, fault.Usage},
		"no such region":    {Question{Period: mustPeriod(t, "2026"), Filter: map[Dim][]string{ByRegion: {"' or 1=1 --"}}}, fault.Usage},
	} {
		_, err := d.Query(context.Background(), Everything(), c.q)
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Kind != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	hostile := Question{Period: mustPeriod(t, "2026"), Filter: map[Dim][]string{ByManager: {"' or 1=1 --"}}}
	if _, err := d.Query(context.Background(), Scope{Teams: []string{"t1') or true --"}}, hostile); err != nil {
		t.Errorf("quotes in values: %v", err)
	}
}

// TestQuery_members: a manager who is on a list has no rows; one of whom only a row knows counts; to a reader of one team
// the unknown and the invisible look alike.
func TestQuery_members(t *testing.T) {
	d := bare(t, map[string][]fixtureRow{"X.late": {row(t, "2026-09-30", "c01", "ghost", 1, 1)}})
	for _, c := range []struct {
		scope   Scope
		manager string
		rowless bool
	}{
		{Everything(), "m1", true}, {Everything(), "", true}, {Everything(), "ghost", false},
		{Scope{Teams: []string{"t1"}}, "ghost", true}, {Scope{Teams: []string{"t1"}}, "NOPE", true},
	} {
		q := Question{KPIs: []string{"X.late"}, Period: mustPeriod(t, "2026-09"), Filter: map[Dim][]string{ByManager: {c.manager}}}
		answers, err := d.Query(context.Background(), c.scope, q)
		if err != nil || answers[0].Status != OK || answers[0].Rowless() != c.rowless {
			t.Errorf("%q: %+v, %v; want %+v", c.manager, answers, err, c)
		}
		if _, err := d.Explain(context.Background(), c.scope, ExplainQuestion{KPI: "X.late", Period: q.Period, Filter: q.Filter}); err != nil {
			t.Errorf("explain %q: %v", c.manager, err)
		}
	}
	_, err := d.Explain(context.Background(), Everything(), ExplainQuestion{KPI: "X.late", Period: mustPeriod(t, "2026-09"), Filter: map[Dim][]string{ByManager: {"NOPE"}}})
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Kind != fault.Usage || !slices.Equal(f.Args, []any{"NOPE"}) {
		t.Errorf("explain of an unknown manager: %v", err)
	}
}

// TestOpen: stamp, catalogue and lists as the tables hold them.
func TestOpen(t *testing.T) {
	ctx, d := context.Background(), newFixture(t, 8, 50).door
	s := d.Stamp()
	if s.Snapshot != "snap-x.duckdb" || s.AsOf.Format("2006-01-02 15:04") != "2026-11-01 00:00" || s.DataTo != "2026-10-31" || s.ChecksTotal != 2 || s.ChecksPassed != 1 || s.Warnings != 1 || !s.Demo {
		t.Errorf("stamp %+v", s)
	}
	if got := d.LastFullMonth().String(); got != "2026-10" {
		t.Errorf("last full month %s", got)
	}
	if len(d.Catalogue()) != len(fixtureMeasures()) || d.Catalogue()[0].Scale != 1 {
		t.Errorf("catalogue %+v", d.Catalogue())
	}
	if def, err := d.Definition("x"); err != nil || def.ID != "X.ratio" {
		t.Errorf("the main measure of a block: %+v, %v", def, err)
	}
	answers := ask(t, d, Everything(), "2026", nil)
	if len(answers) != len(fixtureMeasures())-1 || answers[0].KPI != "X.ratio" { // all but the one that is not main
		t.Errorf("%d answers", len(answers))
	}
	rejects, err := d.Rejects(ctx, Everything(), 5)
	if err != nil || len(rejects) != 1 || rejects[0].Line != 7 {
		t.Errorf("rejects %+v, %v", rejects, err)
	}
	checks, err := d.Checks(ctx)
	if err != nil || len(checks) != 2 || checks[0].BadRows != 3 {
		t.Errorf("checks %+v, %v", checks, err)
	}
	feeds, err := d.Feeds(ctx, Scope{Managers: []string{"m1"}})
	if err != nil || len(feeds) != 3 || feeds[1].FirstOn != "2025-01-01" || feeds[2].LoadedAt != "" {
		t.Errorf("feeds %+v, %v", feeds, err)
	}
}

// TestPresumed: customers are known from 2026-02-28 on. What begins before says so, with its rows; what has no rows
// does not, and neither does what begins on that day or later.
func TestPresumed(t *testing.T) {
	d := bare(t, map[string][]fixtureRow{"X.ratio": {row(t, "2026-02-10", "c01", "m1", 1, 1), row(t, "2026-03-10", "c01", "m1", 1, 1)}})
	for period, want := range map[string]string{"2026-02": "2026-02-28", "2026-Q1": "2026-02-28", "2026-03": "", "2025-05": ""} {
		a := ask(t, d, Everything(), period, nil, "X.ratio")[0]
		if a.Presumed() != want {
			t.Errorf("%s: %q, want %q (%s)", period, a.Presumed(), want, a.Status)
		}
		if a.Rowless() {
			continue
		}
		set, err := d.Explain(t.Context(), Everything(), ExplainQuestion{KPI: "X.ratio", Period: mustPeriod(t, period)})
		if err != nil || set.Presumed() != want {
			t.Errorf("rows of %s: %q, want %q (%v)", period, set.Presumed(), want, err)
		}
	}
}
