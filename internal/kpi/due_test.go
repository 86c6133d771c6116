package kpi

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// owed plants what is still to be done on 2026-11-01: s1 has two limits, of which the stricter has lapsed, s2 two that are still
// open, s3 belongs to a new owner since it lapsed, s4 falls due on m1's leave, s5 a fortnight later, s6 was waived, s7 is nobody's.
const owed = `create table obligations_pending as
select kpi, block, main, subject_id, 'case' as subject_kind, customer_id, manager_id, case when manager_id is null then 'leaver' end as unassigned_reason,
  team, cast(null as varchar) as region, cast(2 as integer) as tier, 'request' as kind, cast(null as varchar) as severity, cast(null as varchar) as category,
  cast(due_at as timestamp) as due_at, cast(cast(due_at as timestamp) - interval '1' second as date) as due_on, by_day, num, den, state, doer_id, on_leave, deputy_id,
  case state when 'waived' then 'S1' end as waived_by, case state when 'waived' then '两次联系未果' end as waived_reason,
  case state when 'waived' then date '2026-11-30' end as waived_until_on
from (values
  ('X.ratio', 'X', true, 's1', 'c01', 'm1', 't1', '2026-10-30 18:00:00', false, 0::bigint, 1::bigint, 'overdue', 'm1', false, null),
  ('X.late', 'X', false, 's1', 'c01', 'm1', 't1', '2026-11-06 00:00:00', true, 0, 1, 'open', 'm1', false, null),
  ('X.ratio', 'X', true, 's2', 'c01', 'm1', 't1', '2026-11-01 10:00:00', false, 0, 1, 'open', 'm1', false, null),
  ('X.late', 'X', false, 's2', 'c01', 'm1', 't1', '2026-11-03 10:00:00', false, 0, 1, 'open', 'm1', false, null),
  ('X.ratio', 'X', true, 's3', 'c02', 'm1', 't1', '2026-10-01 10:00:00', false, 0, 1, 'overdue', 'm2', false, null),
  ('X.duties', 'X.duties', true, 's4', 'c03', 'm1', 't1', '2026-11-08 00:00:00', true, 1, 4, 'open', 'm1', true, 'm3'),
  ('X.duties', 'X.duties', true, 's5', 'c04', 'm2', 't0', '2026-11-16 00:00:00', true, 0, 2, 'open', 'm2', true, null),
  ('X.duties', 'X.duties', true, 's6', 'c05', 'm2', 't0', '2026-12-01 00:00:00', true, cast(null as bigint), null, 'waived', 'm2', false, null),
  ('X.ratio', 'X', true, 's7', 'c06', null, 't0', '2026-11-08 10:00:00', false, 0, 1, 'open', null, false, null))
  as v(kpi, block, main, subject_id, customer_id, manager_id, team, due_at, by_day, num, den, state, doer_id, on_leave, deputy_id)`

// owing is a door to a snapshot with these rows.
func owing(t *testing.T) *Door {
	t.Helper()
	f := newFixture(t, 3, 5)
	if _, err := f.door.Due(t.Context(), Everything(), DueQuestion{}); fault.KindOf(err) != fault.Refused {
		t.Errorf("a snapshot of before: %v", err)
	}
	if err := f.door.Close(); err != nil {
		t.Fatal(err)
	}
	db, err := warehouse.Open(t.Context(), f.path, warehouse.Options{})
	if err == nil {
		_, err = db.SQL().ExecContext(t.Context(), owed+`;
			update calendar_days set is_workday = false where day = date '2026-11-03';
			update calendar_days set is_workday = true where day = date '2026-11-07';
			delete from calendar_days where day >= date '2026-11-13'`)
		err = errors.Join(err, db.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	door, err := Open(t.Context(), f.path, warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = door.Close() })
	return door
}

// dueLines writes an answer: things, then counts.
func dueLines(t *testing.T, d *Door, s Scope, q DueQuestion) []string {
	t.Helper()
	list, err := d.Due(t.Context(), s, q)
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{fmt.Sprintf("%d of %d, %d overdue", len(list.Rows), list.Total, list.Overdue)}
	for _, o := range list.Rows {
		def, err := d.Definition(o.KPI)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.TrimRight(fmt.Sprintf("%s %s %s, %s, %s %s %s", o.KPI, o.SubjectID, o.At(), o.When(text.EN), o.Who(text.EN), o.Left(text.EN, def),
			o.Notes(text.EN, func(id string) string { return id })), " "))
	}
	return lines
}

// TestDue: today is Sunday 2026-11-01; seven days are up to Saturday the 7th, fourteen up to the 14th. What is due by the midnight
// of the 8th is due on the 7th.
func TestDue(t *testing.T) {
	d := owing(t)
	s1 := "X.late s1 2026-11-05, 4 days left, 经理1"
	s2 := "X.ratio s2 2026-11-01 10:00, due today, 经理1  also X.late by 2026-11-03 10:00"
	s4 := "X.duties s4 2026-11-07, 6 days left, 经理1 (on leave; deputy 经理3) 3 of 4"
	s5 := "X.duties s5 2026-11-15, 14 days left, 经理2 (on leave, no deputy) 2 of 2"
	s7 := "X.ratio s7 2026-11-08 10:00, 7 days left, Unassigned (The owner had left)"
	late1 := "X.ratio s1 2026-10-30 18:00, 2 days overdue, 经理1  also X.late by 2026-11-05"
	late3 := "X.ratio s3 2026-10-01 10:00, 31 days overdue, 经理2  经理1 is accountable"
	waived := "X.duties s6 2026-11-30, Waived, 经理2  waived by S1 until 2026-11-30; 两次联系未果"
	for name, c := range map[string]struct {
		scope Scope
		q     DueQuestion
		want  []string
	}{
		"a week":             {Everything(), DueQuestion{Within: 7}, []string{"3 of 3, 2 overdue", s2, s1, s4}},
		"a fortnight":        {Everything(), DueQuestion{Within: 14}, []string{"4 of 4, 2 overdue", s2, s1, s4, s7}},
		"whenever":           {Everything(), DueQuestion{}, []string{"5 of 5, 2 overdue", s2, s1, s4, s7, s5}},
		"a page":             {Everything(), DueQuestion{Limit: 2, Offset: 1}, []string{"2 of 5, 2 overdue", s1, s4}},
		"behind the last":    {Everything(), DueQuestion{Limit: 2, Offset: 9}, []string{"0 of 5, 2 overdue"}},
		"overdue":            {Everything(), DueQuestion{Overdue: true}, []string{"2 of 2, 2 overdue", late3, late1}},
		"overdue for a week": {Everything(), DueQuestion{Overdue: true, Within: 7}, []string{"1 of 1, 2 overdue", late1}},
		"waived":             {Everything(), DueQuestion{Waived: true}, []string{"1 of 1, 2 overdue", waived}},
		"the deputy sees it": {Scope{Managers: []string{"m3"}}, DueQuestion{}, []string{"1 of 1, 0 overdue", s4}},
		"the new owner":      {Scope{Managers: []string{"m2"}}, DueQuestion{Overdue: true}, []string{"1 of 1, 1 overdue", late3}},
		"a team":             {Scope{Teams: []string{"t0"}}, DueQuestion{}, []string{"2 of 2, 0 overdue", s7, s5}},
		"nobody":             {Scope{}, DueQuestion{}, []string{"0 of 0, 0 overdue"}},
		"of a manager":       {Everything(), DueQuestion{Filter: map[Dim][]string{ByManager: {"m3"}}}, []string{"1 of 1, 0 overdue", s4}},
		"of none":            {Everything(), DueQuestion{Filter: map[Dim][]string{ByManager: {""}}}, []string{"1 of 1, 0 overdue", s7}},
		"of a customer":      {Everything(), DueQuestion{Filter: map[Dim][]string{ByCustomer: {"c04"}}}, []string{"1 of 1, 0 overdue", s5}},
		"not mine":           {Scope{Managers: []string{"m3"}}, DueQuestion{Filter: map[Dim][]string{ByManager: {"m2"}}}, []string{"0 of 0, 0 overdue"}},
	} {
		if diff := cmp.Diff(c.want, dueLines(t, d, c.scope, c.q)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestDue_counts: a measure counts its rows, a person things: s2 once, s1 once as overdue and once as open.
func TestDue_counts(t *testing.T) {
	list, err := owing(t).Due(t.Context(), Everything(), DueQuestion{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]DueCount{{"X.ratio", 2, 1, 1, 2, 2, 0}, {"X.late", 0, 0, 2, 2, 2, 0}, {"X.duties", 0, 0, 1, 1, 2, 1}}, list.Duties); diff != "" {
		t.Errorf("duties (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]DueCount{{"", 0, 0, 0, 1, 1, 0}, {"m1", 1, 1, 3, 3, 3, 0}, {"m2", 1, 0, 0, 0, 1, 1}}, list.Doers); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
	total, err := owing(t).DueTotal(t.Context(), Everything(), nil)
	if want := (DueCount{"", 2, 1, 3, 4, 5, 1}); err != nil || total != want {
		t.Errorf("in all %+v %v, want %+v", total, err, want)
	}
	if none, err := owing(t).DueTotal(t.Context(), Scope{}, nil); err != nil || none != (DueCount{}) {
		t.Errorf("nobody: %+v %v", none, err)
	}
	days, works := "", ""
	for _, day := range list.Days {
		days += fmt.Sprint(day.Open)
		switch {
		case day.Workday == nil:
			works += "?"
		case *day.Workday:
			works += "w"
		default:
			works += "-"
		}
	}
	if days != "10001011000000" || list.Days[0].Member != "2026-11-01" || list.Days[13].Member != "2026-11-14" {
		t.Errorf("days from %s: %s", list.Days[0].Member, days)
	}
	// From Sunday on: of the calendar as planted, Tuesday the 3rd is a holiday, Saturday the 7th makes up for it, and it ends
	// with the 12th.
	if want := "-w-wwww-wwww??"; works != want {
		t.Errorf("working days %s, want %s", works, want)
	}
}

// TestDue_refuses says what is wrong with a question.
func TestDue_refuses(t *testing.T) {
	d := owing(t)
	for key, q := range map[string]DueQuestion{
		"kpi.due.within": {Within: -1}, "kpi.unknown": {KPIs: []string{"nope"}}, "kpi.due.no_deadline": {KPIs: []string{"X.wait"}},
		"kpi.unknown_manager": {Filter: map[Dim][]string{ByManager: {"m99"}}}, "kpi.bad_dimension": {Filter: map[Dim][]string{ByMonth: {"2026-10"}}},
	} {
		_, err := d.Due(t.Context(), Everything(), q)
		if e, ok := errors.AsType[*fault.Error](err); !ok || e.Key != key {
			t.Errorf("%s: %v", key, err)
		}
	}
}
