package transform_test

import (
	"testing"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// contactWorld has customers of tier 1 (a visit a month, at most 45 days apart) that M1 has owned since 2020, and a first
// event on 2026-07-01.
func contactWorld(customers []string, more modeltest.Given) modeltest.Given {
	g := modeltest.Given{
		"managers":     "manager_id, name\nM1, 甲\nM2, 乙",
		"customers":    "customer_id, name",
		"assignments":  "customer_id, manager_id, valid_from, valid_to",
		"services":     "service_id, customer_id, product, started_on",
		"tier_history": "customer_id, effective_from, tier",
		"cases":        "case_id, customer_id, kind, created_at\nK0, Z, consult, 2026-07-01 08:00:00",
	}
	for _, id := range customers {
		g["customers"] += "\n" + id + ", " + id
		g["services"] += "\ns" + id + ", " + id + ", 专线, 2020-01-01"
		g["tier_history"] += "\n" + id + ", 2020-01-01, 1"
		g["assignments"] += "\n" + id + ", M1, 2020-01-01,"
	}
	for feed, rows := range more {
		g[feed] = rows
	}
	return g
}

// TestF2F7_coverage: a customer counts once in a period; a visit within the gap after another covers its own window. Its weight, the days of
// the period, is split between its owners by theirs.
func TestF2F7_coverage(t *testing.T) {
	g := contactWorld([]string{"A", "B", "C", "D"}, modeltest.Given{
		"visits": `visit_id, customer_id, manager_id, started_at, mode, contact_role
			v1, A, M1, 2026-09-29 09:00:00, onsite, decision_maker
			v2, A, M1, 2026-10-02 09:00:00, onsite, user_dept
			v3, B, M1, 2026-10-05 09:00:00, onsite, decision_maker
			v4, B, M1, 2026-10-20 09:00:00, onsite, user_dept
			v5, C, M1, 2026-10-05 11:00:00, onsite, decision_maker
			v6, C, M1, 2026-10-20 11:00:00, phone, user_dept
			v7, E, M9, 2026-10-05 09:00:00, onsite, user_dept
			v8, G, M1, 2026-10-09 09:00:00, onsite, user_dept`,
		"duties": "duty_id, customer_id, kind, window_start, window_end, waived_by\nd1, D, visit, 2026-10-01, 2026-10-31, B1",
	})
	g["customers"] += "\nE, e\nG, g\nH, h"
	g["services"] += "\nsE, E, 专线, 2020-01-01\nsG, G, 专线, 2026-10-11\nsH, H, 专线, 2020-01-01"
	g["tier_history"] += "\nE, 2020-01-01, 1\nG, 2020-01-01, 1\nH, 2020-01-01, 1"
	g["assignments"] += "\nE, M1, 2020-01-01, 2026-10-10\nE, M2, 2026-10-11,\nG, M1, 2026-10-11,\nH, M1, 2020-01-01, 2026-10-20"
	r := modeltest.Run(t, g, "m_f2", "m_f7")
	month := " where period_kind = 'month' and anchor_on = date '2026-10-01'"
	quarter := " where period_kind = 'quarter' and anchor_on = date '2026-07-01'"
	// v2 is three days after v1: it does not count for F1, but it covers A's October. D's October is waived. Nobody assigned E to M9, but E
	// was visited (edge 29): M1 has 10 days of it, M2 21. G came on the 11th and has 21 days: its October is M1's all the same, and a
	// visit before it came counts. H has no owner from the 21st on.
	want(t, r, "m_f2"+month, verdict, "A|M1|NULL|31|31|NULL", "B|M1|NULL|31|31|NULL", "C|M1|NULL|31|31|NULL", "D|M1|NULL|NULL|NULL|waived",
		"E|M1|NULL|10|10|NULL", "E|M2|NULL|21|21|NULL", "G|M1|NULL|31|31|NULL", "H|M1|NULL|0|20|NULL", "H|NULL|no_owner|0|11|NULL")
	edge(t, 29, "a visit by a stranger covers the customer", r, "m_f2"+month+" and subject_id in ('C', 'E')", verdict,
		"C|M1|NULL|31|31|NULL", "E|M1|NULL|10|10|NULL", "E|M2|NULL|21|21|NULL")
	edge(t, 38, "without a manager for part of the period, the days of nobody are a row", r, "m_f2"+month+" and subject_id in ('A', 'H')", verdict,
		"A|M1|NULL|31|31|NULL", "H|M1|NULL|0|20|NULL", "H|NULL|no_owner|0|11|NULL")
	// The third quarter (92 days) holds the windows of July, August and September: one visit in any of them. The second half is not over,
	// and the first began before the first event.
	want(t, r, "m_f2"+quarter, verdict, "A|M1|NULL|92|92|NULL", "B|M1|NULL|0|92|NULL", "C|M1|NULL|0|92|NULL", "D|M1|NULL|0|92|NULL",
		"E|M1|NULL|0|92|NULL", "H|M1|NULL|0|92|NULL")
	want(t, r, "m_f2 where period_kind in ('half', 'year')", []string{"count(*)"}, "0")
	// A was met twice, but in two windows; B's deciding person and using department were both met in October; a call meets
	// nobody.
	want(t, r, "m_f7"+month+" and subject_id < 'E'", verdict, "A|M1|NULL|0|31|NULL", "B|M1|NULL|31|31|NULL", "C|M1|NULL|0|31|NULL", "D|M1|NULL|NULL|NULL|waived")
	want(t, r, "m_f7"+quarter+" and subject_id < 'E'", verdict, "A|M1|NULL|0|92|NULL", "B|M1|NULL|0|92|NULL", "C|M1|NULL|0|92|NULL", "D|M1|NULL|0|92|NULL")
}

func TestF3(t *testing.T) {
	g := contactWorld([]string{"A"}, modeltest.Given{
		"visits": `visit_id, customer_id, manager_id, started_at, ended_at, recorded_at, mode, reviewed
			a, A, M1, 2026-10-16 16:00:00, 2026-10-16 16:10:00, 2026-10-19 23:00:00, onsite,
			b, A, M1, 2026-10-16 16:00:00, 2026-10-16 16:10:00, 2026-10-20 00:00:00, onsite,
			c, A, M1, 2026-10-16 16:00:00, 2026-10-16 16:09:59, 2026-10-16 17:00:00, onsite,
			d, A, M1, 2026-10-17 16:00:00, 2026-10-17 17:00:00, 2026-10-19 09:00:00, hall,
			e, A, M1, 2026-10-16 16:00:00, 2026-10-16 16:10:00, 2026-10-16 17:00:00, phone,
			f, A, M1, 2026-10-16 16:00:00, 2026-10-16 16:10:00, 2026-10-16 17:00:00, onsite, rejected
			g, A, M1, 2026-10-16 16:00:00, 2026-10-16 16:10:00, , onsite,
			h, A, M1, 2026-10-16 16:00:00, , 2026-10-16 17:00:00, onsite,
			i, A, M1, 2026-10-16 16:00:00, 2026-10-16 16:10:00, 2026-10-16 17:00:00, phone, rejected
			j, A, M2, 2026-10-20 16:00:00, 2026-10-20 16:10:00, 2026-10-20 17:00:00, onsite,
			k, A, M2, 2026-10-21 16:00:00, 2026-10-21 16:10:00, 2026-10-21 17:00:00, onsite,
			l, A, M1, 2026-10-18 16:00:00, 2026-10-18 16:10:00, 2026-10-18 23:59:59, onsite,`,
		"leaves": "manager_id, from, to, deputy_id\nM1, 2026-10-20, 2026-10-20, M2",
	})
	columns := []string{"subject_id", "manager_id", "category", "num", "den", "excluded_reason"}
	// A call is no visit, rejected or not. On the 20th M2 stood in for M1, whose visit it is; on the 21st nobody had assigned A to M2: the
	// visit is the company's and no person's. 10-16 is a Friday: the next working day is Monday the 19th. a is recorded on it and lasts ten minutes to the second;
	// d, on a Saturday, may be recorded on Monday too. No visit has a check-in: that is not judged.
	want(t, modeltest.Run(t, g, "m_f3"), "m_f3", columns,
		"a|M1|NULL|1|1|NULL", "b|M1|recorded_late|0|1|NULL", "c|M1|too_short|0|1|NULL", "d|M1|NULL|1|1|NULL",
		"e|M1|NULL|NULL|NULL|phone", "f|M1|rejected|0|1|NULL", "g|M1|recorded_late|0|1|NULL", "h|M1|too_short|0|1|NULL",
		"i|M1|NULL|NULL|NULL|phone", "j|M1|NULL|1|1|NULL", "k|NULL|NULL|1|1|NULL", "l|M1|NULL|1|1|NULL")
	want(t, modeltest.Run(t, g, "m_f3"), "m_f3 where subject_id in ('j', 'k')", []string{"subject_id", "unassigned_reason"}, "j|NULL", "k|not_assigned")
	// To be recorded on the very day, d is a working day late; l, on a Sunday and recorded on it, is not.
	atOnce := "version: t\nparams:\n  - {name: visit_min_minutes, value: 10}\n  - {name: visit_record_working_days, value: 0}\n"
	want(t, modeltest.Setup{Rules: atOnce}.Run(t, g, "m_f3"), "m_f3 where subject_id in ('d', 'l')", columns, "d|M1|recorded_late|0|1|NULL", "l|M1|NULL|1|1|NULL")
	r := modeltest.Setup{Rules: "version: t\nparams:\n  - {name: visit_min_minutes, value: 10}\n"}.Run(t, g, "m_f3")
	want(t, r, "m_f3 where subject_id in ('a', 'e')", columns, "a|M1|NULL|NULL|NULL|rule_unset", "e|M1|NULL|NULL|NULL|phone")
}

func TestF4(t *testing.T) {
	g := contactWorld([]string{"A", "B", "E", "L", "N", "W"}, modeltest.Given{
		"visits": `visit_id, customer_id, manager_id, started_at, mode
			v1, A, M1, 2026-09-16 09:00:00, onsite
			v2, B, M1, 2026-09-15 09:00:00, onsite
			v3, B, M1, 2026-10-15 09:00:00, phone
			v4, L, M1, 2026-09-15 10:00:00, onsite
			v5, L, M2, 2026-10-16 09:00:00, onsite`,
		"duties": "duty_id, customer_id, kind, window_start, window_end, waived_by\nd1, W, visit, 2026-10-31, 2026-11-30, B1\nd2, A, visit, 2026-10-01, 2026-10-30, B1",
	})
	for _, c := range []string{"C", "D"} {
		g["customers"] += "\n" + c + ", " + c
		g["services"] += "\ns" + c + ", " + c + ", 专线, 2020-01-01"
		g["tier_history"] += "\n" + c + ", 2020-01-01, 1"
	}
	g["assignments"] += "\nC, M2, 2020-01-01, 2026-09-15\nC, M1, 2026-09-16,\nD, M2, 2020-01-01, 2026-09-14\nD, M1, 2026-09-15,"
	rules := `version: t
params:
  - {name: visit_min_gap_days, value: 5}
cadences:
  - {kind: visit, tier: 1, window_months: 1, required: 1, max_gap_days: 45}
  - {kind: visit, customer: N, window_months: 1, required: 1}
  - {kind: visit, customer: A, window_months: 1, required: 1, max_gap_days: 30, to: 2026-09-01}
  - {kind: visit, customer: B, window_months: 1, required: 1, max_gap_days: 31, to: 2026-09-01}
`
	r := modeltest.Setup{Rules: rules}.Run(t, g, "m_f4", "m_f4_share")
	columns := append(append([]string{}, verdict...), "gap_days")
	// 09-16 to 10-31: 14 + 31 = 45 days, not more than 45; 09-15: 46. A call does not end B's gap, a visit by somebody else's manager
	// ends L's (edge 29): 10-16 to 10-31. C and D were never visited: from the hand-over. E: from 2020-01-01, 2495 days to 2026-10-31 (6 years of
	// 365 days, the leap days of 2020 and 2024, 303 days from 01-01 to 10-31). N's own cadence has no longest gap.
	october := []string{
		"A|M1|NULL|0|1|NULL|45", "B|M1|NULL|1|1|NULL|46", "C|M1|NULL|0|1|NULL|45", "D|M1|NULL|1|1|NULL|46",
		"E|M1|NULL|1|1|NULL|2495", "L|M1|NULL|0|1|NULL|15", "N|M1|NULL|NULL|NULL|rule_unset|2495", "W|M1|NULL|NULL|NULL|waived|2495",
	}
	want(t, r, "m_f4 where anchor_on = date '2026-10-31'", columns, october...)
	want(t, r, "m_f4_share where anchor_on = date '2026-10-31'", columns, october...)
	// What is loaded begins on 07-01. A visit on the day before it would be 31 days before 07-31: more than A's 30, not more than B's 31 nor
	// E's 45, of whom nobody knows whether they were visited then. On 08-31 it would be 62 days before.
	want(t, r, "m_f4 where subject_id in ('A', 'B') and anchor_on = date '2026-07-31'", []string{"subject_id", "num", "den", "excluded_reason"},
		"A|1|1|NULL", "B|NULL|NULL|no_history")
	want(t, r, "m_f4 where subject_id = 'E' and anchor_on <= date '2026-08-31'", []string{"anchor_on", "num", "excluded_reason"},
		"2026-07-31|NULL|no_history", "2026-08-31|1|NULL")
}

func TestF5(t *testing.T) {
	g := contactWorld([]string{"A"}, modeltest.Given{
		"duties": `duty_id, customer_id, kind, window_start, window_end, done_at, waived_by, planned_at
			d01, A, callback, 2026-10-01, 2026-10-31, 2026-10-31 23:59:59, ,
			d02, A, callback, 2026-10-01, 2026-10-31, 2026-11-01 00:00:00, ,
			d03, A, care, 2026-10-05, 2026-10-31, 2026-10-05 00:00:00, , 2026-10-05 18:00:00
			d04, A, care, 2026-10-05, 2026-10-31, 2026-10-04 23:59:59, , 2026-10-01 18:00:00
			d05, A, touch, 2026-10-05, 2026-10-31, 2026-10-20 09:00:00, , 2026-10-06 00:00:00
			d06, A, forum, 2026-10-05, 2026-10-31, , B1,
			d07, A, visit, 2026-10-05, 2026-10-31, 2026-10-20 09:00:00, ,
			d08, A, forum, 2026-10-05, 2026-11-01, 2026-10-20 09:00:00, ,
			d09, C, touch, 2026-10-01, 2026-10-31, 2026-10-15 09:00:00, ,
			d10, C, touch, 2026-10-01, 2026-10-29, , ,
			d11, C, touch, 2026-10-01, 2026-10-30, , ,
			d12, G, touch, 2026-10-01, 2026-10-31, , ,
			d13, G, touch, 2026-10-01, 2026-10-25, , ,
			d14, H, touch, 2026-10-01, 2026-10-31, , ,`,
	})
	g["managers"] = "manager_id, name, left_on\nM1, 甲,\nM2, 乙,\nM3, 丙, 2026-10-25"
	g["assignments"] += "\nC, M1, 2020-01-01, 2026-10-15\nC, M2, 2026-10-16,\nG, M3, 2020-01-01,\nH, M1, 2026-10-17,"
	g["customers"] += "\nC, c\nG, g\nH, h"
	// d02 is done a second too late, d04 a second too early; d05 was planned the day after its window began. d08's window is
	// not over on 11-01. C was M1's for the first 15 days, whoever did it: of 31 days the longer part is M2's (16), of 29 M1's, and of two
	// equal ones (30 days) the later. G was M3's, who left before the end of d12, not of d13. Nobody had H for 16 of 31 days.
	want(t, modeltest.Run(t, g, "m_f5"), "m_f5", append([]string{"kind"}, verdict...),
		"callback|d01|M1|NULL|1|1|NULL", "callback|d02|M1|NULL|0|1|NULL", "care|d03|M1|NULL|1|1|NULL", "care|d04|M1|NULL|0|1|NULL",
		"touch|d05|M1|NULL|NULL|NULL|planned_late", "forum|d06|M1|NULL|NULL|NULL|waived",
		"touch|d09|M2|NULL|1|1|NULL", "touch|d10|M1|NULL|0|1|NULL", "touch|d11|M2|NULL|0|1|NULL",
		"touch|d12|NULL|leaver|0|1|NULL", "touch|d13|M3|NULL|0|1|NULL", "touch|d14|NULL|no_owner|0|1|NULL")
}

func TestF6(t *testing.T) {
	g := contactWorld([]string{"A"}, modeltest.Given{
		"visits": "visit_id, customer_id, manager_id, started_at\nv1, A, M1, 2026-10-01 09:00:00",
		"visit_issues": `issue_id, visit_id, raised_at, due_on, closed_at, told_at
			i1, v1, 2026-10-01 10:00:00, 2026-10-20, 2026-10-20 10:00:00, 2026-10-20 23:59:59
			i2, v1, 2026-10-01 10:00:00, 2026-10-20, 2026-10-20 10:00:00, 2026-10-21 00:00:00
			i3, v1, 2026-10-01 10:00:00, 2026-10-20, 2026-10-19 10:00:00,
			i4, v1, 2026-10-01 10:00:00, 2026-10-31, ,
			i5, v1, 2026-10-01 10:00:00, 2026-11-01, ,
			i6, v1, 2026-10-01 10:00:00, , 2026-10-16 10:00:00, 2026-10-16 10:00:00
			i7, v1, 2026-10-01 10:00:00, , 2026-10-17 00:00:00, 2026-10-16 10:00:00`,
	})
	columns := append([]string{"anchor_on"}, verdict...)
	// Closed and told by the day it is due; open ones are misses once that day is over (i5's is not). Without a date: 15 days
	// after 10-01.
	want(t, modeltest.Run(t, g, "m_f6"), "m_f6", columns,
		"2026-10-20|i1|M1|NULL|1|1|NULL", "2026-10-20|i2|M1|NULL|0|1|NULL", "2026-10-20|i3|M1|NULL|0|1|NULL",
		"2026-10-31|i4|M1|NULL|0|1|NULL", "2026-10-16|i6|M1|NULL|1|1|NULL", "2026-10-16|i7|M1|NULL|0|1|NULL")
	r := modeltest.Setup{Rules: "version: t\n"}.Run(t, g, "m_f6")
	want(t, r, "m_f6 where subject_id in ('i1', 'i6')", columns,
		"2026-10-20|i1|M1|NULL|1|1|NULL", "2026-10-01|i6|M1|NULL|NULL|NULL|rule_unset")
}

func TestF8(t *testing.T) {
	g := contactWorld([]string{"A", "B", "C", "D", "W"}, modeltest.Given{
		"duties": `duty_id, customer_id, kind, window_start, window_end, plan_approved_by, waived_by, planned_at
			d1, A, visit, 2026-10-31, 2026-11-30, B1, , 2026-10-01 18:00:00
			d2, B, visit, 2026-10-01, 2026-10-31, , ,
			d3, C, visit, 2026-10-02, 2026-10-31, B1, , 2026-10-02 00:00:00
			d4, D, visit, 2026-11-01, 2026-11-30, B1, ,
			d5, E, visit, 2026-11-01, 2026-12-31, B1, ,
			d6, W, visit, 2026-10-01, 2026-10-31, , B1,`,
	})
	g["customers"] += "\nE, e\nU, u"
	g["services"] += "\nsE, E, 专线, 2020-01-01\nsU, U, 专线, 2020-01-01"
	g["tier_history"] += "\nE, 2020-01-01, 3"
	g["assignments"] += "\nE, M2, 2020-01-01, 2026-10-01\nE, M1, 2026-10-02,\nU, M2, 2020-01-01,"
	// October's window of tier 1. A's plan holds its last day and was made on the first; B's is not approved, C's was made on
	// the second day, D's is for November. E is of tier 3, its window is the fourth quarter; M2 had it on the first day, M1 on the other
	// 30. U has no tier and no cadence of its own: no duty.
	want(t, modeltest.Run(t, g, "m_f8"), "m_f8 where period_kind = 'month' and anchor_on = date '2026-10-01'", verdict,
		"A|M1|NULL|31|31|NULL", "B|M1|NULL|0|31|NULL", "C|M1|NULL|0|31|NULL", "D|M1|NULL|0|31|NULL", "E|M1|NULL|30|30|NULL",
		"E|M2|NULL|1|1|NULL", "W|M1|NULL|NULL|NULL|waived")
}
