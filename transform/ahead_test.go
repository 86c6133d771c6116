package transform_test

import (
	stdsql "database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
	"github.com/kamlens/kamlens/transform/modeltest"
)

// TestAhead: what falls due after Wednesday 2026-10-14 12:00 is ahead, what is due by then is the measure's, and no row is
// both.
func TestAhead(t *testing.T) {
	setup := obligationSetup()
	setup.AsOf = "2026-10-14 12:00:00"
	r := setup.Run(t, modeltest.Given{
		"managers": "manager_id, name\nM1, 甲",
		"cases": `case_id, customer_id, kind, created_at, confirmed_at, plan_submitted_at, merged_into
			a1, C, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, ,
			a2, C, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, 2026-10-12 20:00:00,
			a3, C, request, 2026-10-12 09:00:00, 2026-10-12 10:00:00, ,
			a4, C, request, 2026-10-12 09:00:00, 2026-10-12 10:00:00, 2026-10-13 20:00:00,
			a5, C, request, 2026-10-12 09:00:00, 2026-10-12 10:00:00, ,
			a6, C, request, 2026-10-12 09:00:00, 2026-10-12 10:00:00, , a1
			f1, C, consult, 2026-10-13 09:00:00, 2026-10-13 17:30:00, ,
			f2, C, consult, 2026-10-13 09:00:00, 2026-10-13 17:30:01, ,`,
		"case_events": `case_id, at, type, reason
			a5, 2026-10-13 09:00:00, pause, 待客户`,
		"trainings": `training_id, manager_id, due_on, done_on
			t1, M1, 2026-10-13,
			t2, M1, 2026-10-14,
			t3, M1, 2026-10-20, 2026-10-05`,
		"duties": `duty_id, customer_id, kind, window_start, window_end, done_at, waived_by, planned_at
			d1, C, care, 2026-10-08, 2026-10-13, , , 2026-10-01 09:00:00
			d2, C, care, 2026-10-08, 2026-10-14, , , 2026-10-01 09:00:00
			d3, C, care, 2026-10-08, 2026-10-31, 2026-10-12 09:00:00, , 2026-10-01 09:00:00
			d4, C, care, 2026-10-08, 2026-10-31, , B, 2026-10-01 09:00:00`,
		"visits": "visit_id, customer_id, manager_id, started_at\nv1, C, M1, 2026-10-09 09:00:00",
		"visit_issues": `issue_id, visit_id, raised_at, due_on
			i1, v1, 2026-10-09 09:00:00, 2026-10-13
			i2, v1, 2026-10-09 09:00:00, 2026-10-14`,
	}, "m_b4", "m_m1", "m_f5", "m_f6")
	// Two working days after Friday the 9th end with Monday the 12th, after Monday the 12th with Wednesday the 14th, in six
	// hours. a4 is done, a5 waits for the customer and nobody knows until when, a6 is merged. Four working hours from 17:30
	// on the 13th are half an hour and 3.5 from 08:30: 12:00 sharp, due by now; f2 is a second later.
	want(t, r, "m_b4", due, "a1|2026-10-12|0|1|NULL", "a2|2026-10-12|1|1|NULL", "a5|2026-10-12|NULL|NULL|paused",
		"a6|2026-10-14|NULL|NULL|merged", "f1|2026-10-14|0|1|NULL")
	want(t, r, "ahead_m_b4", due, "a3|2026-10-14|0|1|not_due", "a4|2026-10-14|1|1|NULL", "f2|2026-10-14|0|1|not_due")
	// A day is owed until its end: today's course, plan and issue are ahead, those of yesterday were missed. t3 is done
	// before its day. d3 is made in its window, d4 was waived, and stays for those who look for it.
	want(t, r, "m_m1", due, "t1|2026-10-13|0|1|NULL")
	want(t, r, "ahead_m_m1", due, "t2|2026-10-14|0|1|not_due", "t3|2026-10-20|1|1|NULL")
	want(t, r, "m_f5", due, "d1|2026-10-13|0|1|NULL")
	want(t, r, "ahead_m_f5", due, "d2|2026-10-14|0|1|not_due", "d3|2026-10-31|1|1|NULL", "d4|2026-10-31|NULL|NULL|waived")
	want(t, r, "m_f6", due, "i1|2026-10-13|0|1|NULL")
	want(t, r, "ahead_m_f6", due, "i2|2026-10-14|0|1|not_due")
}

// TestPath: complaints have two working days; it is Tuesday 2026-11-10 00:00.
func TestPath(t *testing.T) {
	files := with(staff("C1", "C2"), map[string]string{
		"assignments.csv": "customer_id,manager_id,valid_from\nC1,M1,2026-01-01\nC2,M2,2026-01-01",
		"targets.csv":     "kpi,period,scope,value\nC1,2026,company,0.5\nC1,2026,manager:M1,0.81\nC1,2026,manager:M2,1",
		"cases.csv": `case_id,customer_id,kind,created_at,merged_into
			W1,C1,complaint,2026-11-02 09:00:00,
			W2,C1,complaint,2026-11-02 09:00:00,
			W3,C1,complaint,2026-11-09 09:00:00,
			W4,C1,complaint,2026-11-09 09:00:00,
			W5,C1,complaint,2026-11-06 15:00:00,
			W6,C2,complaint,2026-11-09 10:00:00,
			W7,C1,complaint,2026-11-09 09:00:00,W4
			W8,C1,complaint,2026-10-28 09:00:00,
			W9,C1,complaint,2026-10-12 09:00:00,`,
		"case_events.csv": `case_id,at,type
			W1,2026-11-03 10:00:00,resolve
			W3,2026-11-09 12:00:00,resolve
			W9,2026-10-13 10:00:00,resolve`})
	b := newBranch(t, "", files)
	// Due by now: W1 kept, W2 missed. Ahead: W3 is resolved, so 2 of 3 are locked; W5 is due at the end of the 10th, 18:00, W4 and
	// W6 of the 11th. Of 6 half are 3: one more. M1 alone: 2 of 3 locked, 2 open; 0.81 of 5 are 4.05, so 5, 3 more than there
	// are; with both kept it is 4 of 5, and one more makes 5 of 6. M2 has nothing locked and must keep his only one.
	november := []string{
		" due 1/2 locked 2/3 open 3 0.333333333-0.833333333 needs 1 possible",
		"M1 due 1/2 locked 2/3 open 2 0.4-0.8 needs 3 impossible, or 1 more", "M2 due 0/0 locked 0/0 open 1 0-1 needs 1 possible",
		"W5 2026-11-10 18:00:00", "W4 2026-11-11 18:00:00", "W6 2026-11-11 18:00:00"}
	if d := cmp.Diff(november, b.paths("C1", "2026-11", kpi.Everything())); d != "" {
		t.Error(d)
	}
	// October is over: W8 was due on the 30th and missed, W9 kept; half is the target, and reached.
	october := []string{" due 1/2 locked 1/2 open 0 0.5-0.5 needs 0 reached over", "M1 due 1/2 locked 1/2 open 0 0.5-0.5 needs 1 impossible over"}
	if d := cmp.Diff(october, b.paths("C1", "2026-10", kpi.Everything())); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"M2 due 0/0 locked 0/0 open 1 0-1 needs 1 possible", "W6 2026-11-11 18:00:00"},
		b.paths("C1", "2026-11", kpi.Scope{Managers: []string{"M2"}})[1:]); d != "" {
		t.Errorf("M2 sees more than his: %s", d)
	}
	if got := b.paths("C1", "2026-11", kpi.Scope{}); len(got) > 0 {
		t.Errorf("nobody sees %q", got)
	}

	// After the close it becomes known that W8 and W10 waited for the customer from the 29th to the 9th, seven working days
	// that put the end off from the 30th to the 10th of November. W8 has its verdict; W10 was unknown, and is ahead.
	b.freeze("2026-10")
	b.load(map[string]string{"cases-2.csv": "case_id,customer_id,kind,created_at\nW10,C1,complaint,2026-10-28 09:00:00",
		"case_events-2.csv": `case_id,at,type,reason
		W8,2026-10-29 00:00:00,pause,待客户
		W8,2026-11-09 00:00:00,resume,
		W10,2026-10-29 00:00:00,pause,待客户
		W10,2026-11-09 00:00:00,resume,`})
	if d := cmp.Diff([]string{october[0] + " closed", october[1] + " closed"}, b.paths("C1", "2026-10", kpi.Everything())); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"W10 2026-11-10 18:00:00", "W5 2026-11-10 18:00:00", "W4 2026-11-11 18:00:00", "W6 2026-11-11 18:00:00"},
		b.paths("C1", "2026-11", kpi.Everything())[3:]); d != "" {
		t.Error(d)
	}
}

// paths writes what a measure still takes, of the company and by manager, and the rows that decide it.
func (b *branch) paths(id, period string, s kpi.Scope) (lines []string) {
	b.t.Helper()
	p, err := calendar.ParsePeriod(period)
	if err != nil {
		b.t.Fatal(err)
	}
	b.door(func(d *kpi.Door) {
		for _, by := range [][]kpi.Dim{nil, {kpi.ByManager}} {
			all, err := d.Path(b.t.Context(), s, kpi.PathQuestion{KPI: id, Period: p, By: by})
			if err != nil {
				b.t.Fatal(err)
			}
			for _, x := range all.Paths {
				lines = append(lines, pathLine(x))
			}
			if by == nil {
				continue
			}
			for _, row := range all.Rows {
				lines = append(lines, row.SubjectID+" "+row.Details[0].Raw())
			}
			if int(all.Total) != len(all.Rows) {
				b.t.Errorf("%d rows of %d", len(all.Rows), all.Total)
			}
		}
	})
	return lines
}

func pathLine(x kpi.Path) string {
	line := fmt.Sprintf("%s due %d/%d locked %d/%d open %d", x.By["manager"], x.DueNum, x.DueDen, x.LockedNum, x.LockedDen, x.Open)
	if x.Floor != nil {
		line += fmt.Sprintf(" %v-%v", *x.Floor, *x.Ceiling)
	}
	if x.Needed != nil {
		line += fmt.Sprintf(" needs %d %s", *x.Needed, x.Outlook)
	}
	if x.Extra != nil {
		line += fmt.Sprintf(", or %d more", *x.Extra)
	}
	if x.Over {
		line += " over"
	}
	if x.Frozen {
		line += " closed"
	}
	return line
}

// TestAhead_comesTrue: what is ahead on the day on which the data end is what the measure has five weeks later, when nothing
// more became known: the same rows, days, managers and numbers. Only updates, which an open case owes again and again (B3),
// and steps of dunning of the bills that were not due yet (I5) become more.
func TestAhead_comesTrue(t *testing.T) {
	dir := t.TempDir()
	first, asOf := history{customers: 60, months: 6, until: "2026-10", seed: 5, rate: 3}.pipeline(t, dir)
	if got := asOf.Format(time.DateTime); got != "2026-11-10 00:00:00" {
		t.Fatalf("the data end on %s", got)
	}
	obligationsAgree(t, first)
	c, err := config.Load(filepath.Join(dir, "kamlens.yaml"))
	if err == nil {
		c, err = c.WithAsOf("2026-12-15 00:00")
	}
	if err != nil {
		t.Fatal(err)
	}
	second, _ := run(t, c, time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC))
	later, compared := dueRows(t, second, "m_"), 0
	ahead := dueRows(t, first, "ahead_m_")
	for id, want := range ahead {
		compared += len(want)
		got := later[id]
		if id == "B3" || id == "I5" {
			got = slices.DeleteFunc(got, func(line string) bool { return !slices.Contains(want, line) })
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: ahead (-) and what came of it (+):\n%s", id, d)
		}
	}
	if compared < 60 {
		t.Errorf("only %d rows are ahead", compared)
	}
}

// dueRows are the rows that fall due after the 10th of November and before the 15th of December, by measure.
func dueRows(t *testing.T, snapshot, prefix string) map[string][]string {
	t.Helper()
	db, err := warehouse.OpenSnapshot(t.Context(), snapshot, warehouse.Options{MemoryLimit: "1GB"})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	models, err := sql.Load(sql.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, m := range models {
		columns := m.Header.List("deadline")
		if len(columns) == 0 {
			continue
		}
		from, to := "> timestamp '2026-11-10 00:00:00'", "<= timestamp '2026-12-15 00:00:00'"
		if strings.HasSuffix(columns[0], "_on") {
			from, to = ">= date '2026-11-10'", "< date '2026-12-15'"
		}
		all[m.Header.Get("id")] = textsOf(t, db.SQL(), `select concat_ws(' ', subject_id, anchor_on, coalesce(manager_id, '-'), num, den) from `+
			prefix+strings.TrimPrefix(m.Name, "m_")+" where (excluded_reason is null or excluded_reason = 'not_due') and "+
			columns[0]+" "+from+" and "+columns[0]+" "+to+" order by 1")
	}
	return all
}

// textsOf are the rows of a query of one text.
func textsOf(t *testing.T, db *stdsql.DB, query string) (list []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		list = append(list, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}
