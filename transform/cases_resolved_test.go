package transform_test

import (
	"testing"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// A request owes a resolution within 10 working hours. Created on Monday 10-12 at 08:30 it is due on the 13th: 7.5 hours
// of the 12th, then 08:30-11:00.
func TestC1_pauses(t *testing.T) {
	r := casesSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, created_at, resolved_at
			a1, C, request, 2026-10-12 08:30:00, 2026-10-13 11:00:00
			a2, C, request, 2026-10-12 08:30:00, 2026-10-13 11:00:01
			b1, C, request, 2026-10-12 08:30:00, 2026-10-15 11:00:00
			b2, C, request, 2026-10-12 08:30:00, 2026-10-15 11:00:01
			b3, C, request, 2026-10-12 08:30:00, 2026-10-13 11:00:01
			c1, C, request, 2026-10-12 08:30:00, 2026-10-13 17:00:00
			c2, C, request, 2026-10-12 08:30:00, 2026-10-13 17:00:01
			c3, C, request, 2026-10-12 08:30:00, 2026-10-13 15:00:01
			d1, C, request, 2026-10-12 08:30:00,
			d2, C, request, 2026-10-12 08:30:00,
			d3, C, request, 2026-10-12 08:30:00, 2026-10-12 17:00:00
			d4, C, request, 2026-10-30 08:30:00,
			e1, C, fault, 2026-10-12 20:00:00, 2026-10-14 08:00:00
			e2, C, fault, 2026-10-12 20:00:00, 2026-10-14 08:00:01
			f1, C, complaint, 2026-10-12 09:00:00, 2026-10-16 23:00:00
			f2, C, complaint, 2026-10-12 09:00:00, 2026-10-19 00:00:00
			g1, C, request, 2026-10-12 08:30:00, 2026-10-12 09:30:00
			h1, C, request, 2026-10-12 08:30:00, 2026-10-13 16:00:00
			h2, C, request, 2026-10-12 08:30:00, 2026-10-13 16:00:01`,
		"case_events": `case_id, at, type, reason
			b1, 2026-10-12 09:00:00, pause, 待客户
			b1, 2026-10-14 09:00:00, resume,
			b2, 2026-10-12 09:00:00, pause, Customer
			b2, 2026-10-14 09:00:00, resume, customer
			b3, 2026-10-12 09:00:00, pause, 待网络部
			b3, 2026-10-14 09:00:00, resume,
			c1, 2026-10-12 09:00:00, pause, 待客户
			c1, 2026-10-12 10:00:00, pause, 待客户
			c1, 2026-10-12 15:00:00, resume,
			c2, 2026-10-12 09:00:00, pause, 待客户
			c2, 2026-10-12 10:00:00, pause, 待客户
			c2, 2026-10-12 15:00:00, resume,
			c3, 2026-10-12 09:00:00, pause, 待客户
			c3, 2026-10-12 10:00:00, pause, 待网络部
			c3, 2026-10-12 11:00:00, resume,
			c3, 2026-10-12 15:00:00, resume,
			d1, 2026-10-13 10:59:59, pause, 待客户
			d2, 2026-10-13 11:00:00, pause, 待客户
			d3, 2026-10-12 09:00:00, pause, 待客户
			d4, 2026-10-30 09:00:00, pause, 待客户
			d4, 2026-11-02 09:00:00, resume,
			e1, 2026-10-12 22:00:00, pause, 待客户
			e1, 2026-10-13 10:00:00, resume,
			e2, 2026-10-12 22:00:00, pause, 待客户
			e2, 2026-10-13 10:00:00, resume,
			f1, 2026-10-12 10:00:00, pause, 待客户
			f1, 2026-10-14 10:00:00, resume,
			f2, 2026-10-12 10:00:00, pause, 待客户
			f2, 2026-10-14 10:00:00, resume,
			g1, 2026-10-12 10:00:00, pause, 待客户
			h1, 2026-10-12 09:00:00, pause, 待客户
			h1, 2026-10-12 10:00:00, resume,
			h1, 2026-10-12 14:00:00, pause, 待客户
			h1, 2026-10-12 15:30:00, resume,
			h2, 2026-10-12 09:00:00, pause, 待客户
			h2, 2026-10-12 10:00:00, resume,
			h2, 2026-10-12 14:00:00, pause, 待客户
			h2, 2026-10-12 15:30:00, resume,`,
	}, "m_c1", "m_c3", "m_c3_calendar", "fct_case_pauses")
	// b1 b2: waiting for the customer 09:00 on the 12th to 09:00 on the 14th: 7 + 7.5 + 0.5 = 15 working hours. 25 hours from
	// creation: 7.5 on each of the 12th, 13th, 14th, then 08:30-11:00 on the 15th. b3: another department is no reason (R4).
	// c1 c2: the pauses from 09:00 and from 10:00 end with one resume and unite to 09:00-15:00, 3 + 1 hours (edge 10): 14 hours,
	// 7.5 on the 12th, 3.5 + 3 on the 13th: 17:00. c3: the first resume ends them both, 2 hours: 12 hours, 15:00 on the 13th.
	// d1: never resumed, begun a second before the limit was used up: the deadline is unknown (edge 9). d2: begun when it was
	// used up: a miss. d3: the resolve ends the pause of 09:00-12:00 and 14:00-17:00 = 6 hours; due 16 hours after creation:
	// 7.5 + 7.5 + 1 = 10-14 09:30. d4: the resume lies after the business instant, it has not happened yet (edge 11).
	// e: 24 hours of the calendar and 12 of waiting from Monday 20:00: Wednesday 08:00.
	// f: two working days, put off by the two day numbers from the 12th to the 14th: the 16th, a Friday, whatever the hour; the 19th is the next working day.
	// g1: a pause after the resolve changes nothing. h: two pauses, 1 + 1.5 hours: 12.5 hours, 7.5 + 5 (3.5 + 1.5): 15:30.
	want(t, r, "m_c1", due,
		"a1|2026-10-13|1|1|NULL", "a2|2026-10-13|0|1|NULL",
		"b1|2026-10-15|1|1|NULL", "b2|2026-10-15|0|1|NULL", "b3|2026-10-13|0|1|NULL",
		"c1|2026-10-13|1|1|NULL", "c2|2026-10-13|0|1|NULL", "c3|2026-10-13|0|1|NULL",
		"d1|2026-10-12|NULL|NULL|paused", "d2|2026-10-13|0|1|NULL", "d3|2026-10-14|1|1|NULL", "d4|2026-10-30|NULL|NULL|paused",
		"e1|2026-10-14|1|1|NULL", "e2|2026-10-14|0|1|NULL",
		"f1|2026-10-16|1|1|NULL", "f2|2026-10-16|0|1|NULL", "g1|2026-10-13|1|1|NULL",
		"h1|2026-10-13|0|1|NULL", "h2|2026-10-13|0|1|NULL")
	edge(t, 9, "a pause that nobody closed stops the clock, one begun when the limit was used up does not", r,
		"m_c1 where subject_id in ('d1', 'd2')", due, "d1|2026-10-12|NULL|NULL|paused", "d2|2026-10-13|0|1|NULL")
	edge(t, 10, "overlapping pauses count once", r, "m_c1 where subject_id in ('c1', 'c2', 'c3')", due,
		"c1|2026-10-13|1|1|NULL", "c2|2026-10-13|0|1|NULL", "c3|2026-10-13|0|1|NULL")
	edge(t, 11, "a pause across the end of the period leaves the deadline unknown, one that the resolve ended does not", r,
		"m_c1 where subject_id in ('d3', 'd4')", due, "d3|2026-10-14|1|1|NULL", "d4|2026-10-30|NULL|NULL|paused")
	// c1: 7.5 + 6.5 - 4 working hours. d3: 6.5 - 6. e1: the 7.5 of the 13th less 08:30-10:00. h1: 7.5 + 5.5 - 2.5.
	took := []string{"subject_id", "anchor_on", "value"}
	where := " where subject_id in ('c1', 'd1', 'd3', 'e1', 'h1')"
	want(t, r, "m_c3"+where, took, "c1|2026-10-13|36000", "d3|2026-10-12|1800", "e1|2026-10-14|21600", "h1|2026-10-13|37800")
	// By the calendar: c1 32.5 - 6 hours; d3 8.5 - 8; e1 36 - 12; h1 31.5 - 2.5.
	want(t, r, "m_c3_calendar"+where, took, "c1|2026-10-13|95400", "d3|2026-10-12|1800", "e1|2026-10-14|86400", "h1|2026-10-13|104400")
}

func TestC1_reopened(t *testing.T) {
	r := casesSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, created_at, resolved_at, reopened_at, resolution, callback_at, callback_result
			a1, C, request, 2026-10-12 08:30:00, 2026-10-12 10:00:00, 2026-10-19 23:59:59, solved, ,
			a2, C, request, 2026-10-12 08:30:00, 2026-10-12 10:00:00, 2026-10-20 00:00:00, solved, ,
			b1, C, request, 2026-10-12 08:30:00, , , , ,
			b2, C, request, 2026-10-12 08:30:00, , , , ,
			c1, C, request, 2026-10-12 08:30:00, , , impossible, ,
			d1, C, request, 2026-10-12 08:30:00, 2026-10-12 10:00:00, 2026-10-12 09:00:00, solved, ,
			e1, C, request, 2026-10-12 08:30:00, 2026-10-12 10:00:00, , solved, 2026-10-13 09:00:00, unsolved
			e2, C, request, 2026-10-12 08:30:00, 2026-10-12 10:00:00, , solved, 2026-10-13 09:00:00, satisfied
			e3, C, request, 2026-10-12 08:30:00, 2026-10-12 10:00:00, 2026-10-12 09:30:00, solved, 2026-10-13 09:00:00, unsolved`,
		"case_events": `case_id, at, type, reason
			b1, 2026-10-12 09:30:00, resolve,
			b1, 2026-10-13 09:30:00, reopen, 待客户
			b1, 2026-10-14 10:30:00, resolve,
			b2, 2026-10-12 09:30:00, resolve,
			b2, 2026-10-13 09:30:00, reopen, 未修好
			b2, 2026-10-14 10:30:00, resolve,
			c1, 2026-10-12 09:30:00, resolve,
			c1, 2026-10-20 09:00:00, reopen,
			c1, 2026-10-20 09:20:00, respond,
			c1, 2026-10-20 09:30:00, resolve,
			c1, 2026-10-20 10:00:00, reopen,
			c1, 2026-10-21 11:30:00, resolve,`,
	}, "m_b1", "m_b2", "m_c1", "m_c2", "m_c3", "fct_cases")
	// All are due on the 13th at 11:00 unless said otherwise.
	// a1: reopened on the 7th day: the resolve is void, and nothing followed (edge 1). a2: on the 8th day: the resolve stands
	// and a new subject begins on the 20th at 00:00 (edge 2), due 10 hours on: 7.5 on the 20th, 2.5 on the 21st: 11:00; open.
	// b1: 1 hour, then reopened by the customer's doing: 2.5 + 4 hours of the 12th and 1 of the 13th are his; 6.5 + 2 follow:
	// 9.5 hours, due 17.5 hours on: 7.5 + 7.5 + 2.5 = 14th 11:00. b2: the fix failed: 7.5 + 7.5 + 2 = 17 hours, a miss on the 13th.
	// c1: stands; #2 from the 20th 09:00, due 7 hours that day and 3 the next: 21st 11:30; resolved, reopened, resolved on time.
	// d1: a reopen before any resolve says nothing. e1: the call-back heard "not solved": open again (D3). e2: it heard thanks. e3: so is
	// a case that had been reopened before.
	want(t, r, "m_c1", due,
		"a1|2026-10-13|0|1|NULL", "a2|2026-10-13|1|1|NULL", "a2#2|2026-10-21|0|1|NULL",
		"b1|2026-10-14|1|1|NULL", "b2|2026-10-13|0|1|NULL",
		"c1|2026-10-13|1|1|NULL", "c1#2|2026-10-21|1|1|NULL",
		"d1|2026-10-13|1|1|NULL", "e1|2026-10-13|0|1|NULL", "e2|2026-10-13|1|1|NULL", "e3|2026-10-13|0|1|NULL")
	edge(t, 1, "reopened within the window, the earlier resolve is void", r, "m_c1 where subject_id in ('a1', 'e2')", due,
		"a1|2026-10-13|0|1|NULL", "e2|2026-10-13|1|1|NULL")
	edge(t, 2, "reopened after the window, a new subject of its own", r, "m_c1 where subject_id like 'a2%'", due,
		"a2|2026-10-13|1|1|NULL", "a2#2|2026-10-21|0|1|NULL")
	// The time to the resolve that stands: b1 9.5 hours; c1#2 10 hours.
	want(t, r, "m_c3", []string{"subject_id", "anchor_on", "value"},
		"a2|2026-10-12|5400", "b1|2026-10-14|34200", "b2|2026-10-14|61200", "c1|2026-10-12|3600", "c1#2|2026-10-21|36000",
		"d1|2026-10-12|5400", "e2|2026-10-12|5400")
	// Decided by the resolve that stands. a1, e1, e3 and a2#2 are open, their 30 days run until November. "impossible" is the
	// end of c1#2, not of c1.
	want(t, r, "m_c2", due,
		"a2|2026-10-12|1|1|NULL", "b1|2026-10-14|1|1|NULL", "b2|2026-10-14|1|1|NULL", "c1|2026-10-12|1|1|NULL",
		"c1#2|2026-10-21|0|1|NULL", "d1|2026-10-12|1|1|NULL", "e2|2026-10-12|1|1|NULL")
	// Each subject has an answer of its own: a2 by its resolve, a2#2 none (due 2 hours on: 10:30), c1#2 after 20 minutes.
	want(t, r, "m_b1 where subject_id in ('a2', 'a2#2', 'c1', 'c1#2')", due,
		"a2|2026-10-12|1|1|NULL", "a2#2|2026-10-20|0|1|NULL", "c1|2026-10-12|1|1|NULL", "c1#2|2026-10-20|1|1|NULL")
	want(t, r, "m_b2 where subject_id = 'c1#2'", []string{"value"}, "1200")
}

func TestC2_decided(t *testing.T) {
	s := casesSetup()
	s.AsOf = "2026-12-14 00:00:00"
	r := s.Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, created_at, resolved_at, resolution
			a1, C, request, 2026-10-12 08:30:00, 2026-10-20 09:00:00, solved
			a2, C, request, 2026-10-12 08:30:00, 2026-10-20 09:00:00,
			b1, C, request, 2026-10-12 08:30:00, 2026-11-12 23:59:59, solved
			b2, C, request, 2026-10-12 08:30:00, 2026-11-13 00:00:00, solved
			b3, C, request, 2026-10-12 08:30:00, ,
			c1, C, request, 2026-10-12 08:30:00, 2026-10-12 09:00:00, impossible
			c2, C, request, 2026-10-12 08:30:00, 2026-10-12 09:00:00, given_up
			c3, C, request, 2026-10-12 08:30:00, 2026-10-12 09:00:00, withdrawn
			c4, C, request, 2026-10-12 08:30:00, 2026-10-12 09:00:00, self_service
			d1, C, request, 2026-11-12 08:30:00, ,
			d2, C, request, 2026-11-13 08:30:00, ,
			e1, C, followup, 2026-10-12 08:30:00, 2026-10-12 09:00:00, solved
			f1, C, request, 2026-10-12 08:30:00, 2026-12-13 09:00:00, solved`,
	}, "m_c1", "m_c2")
	// Due on 10-13; 30 days on is 11-12. a: late counts as resolved. b1: resolved on the last of the 30 days; b2: on the
	// 31st: decided on 11-12 without, and so is b3 and f1. c: closed as impossible or given up is no resolve.
	// d1: due Friday 11-13, decided on 12-13, which is over; d2: due Monday 11-16, not yet. e1: no limit for follow-ups.
	want(t, r, "m_c2", due,
		"a1|2026-10-20|1|1|NULL", "a2|2026-10-20|1|1|NULL",
		"b1|2026-11-12|1|1|NULL", "b2|2026-11-12|0|1|NULL", "b3|2026-11-12|0|1|NULL",
		"c1|2026-10-12|0|1|NULL", "c2|2026-10-12|0|1|NULL", "c3|2026-10-12|1|1|NULL", "c4|2026-10-12|1|1|NULL",
		"d1|2026-12-13|0|1|NULL", "e1|2026-10-12|NULL|NULL|rule_unset", "f1|2026-11-12|0|1|NULL")
	want(t, r, "m_c1 where subject_id in ('a1', 'c1', 'd2', 'e1')", due,
		"a1|2026-10-13|0|1|NULL", "c1|2026-10-13|1|1|NULL", "d2|2026-11-16|0|1|NULL", "e1|2026-10-12|NULL|NULL|rule_unset")
}

func TestC_unsetWindow(t *testing.T) {
	s := casesSetup()
	s.Rules = "limits:\n  - {rule: resolution, kind: request, limit: 10 hours, clock: working}\n"
	r := s.Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, created_at, resolved_at, reopened_at
			a1, C, request, 2026-10-12 08:30:00, 2026-10-12 10:00:00,
			a2, C, request, 2026-10-12 08:30:00, 2026-10-12 10:00:00, 2026-10-25 10:00:00`,
	}, "m_c1", "m_c2", "m_c3", "m_b1")
	// Without a window nobody can say whether a2's resolve stands; without the days of a decision C2 has none at all.
	want(t, r, "m_c1", due, "a1|2026-10-13|1|1|NULL", "a2|2026-10-13|NULL|NULL|rule_unset")
	want(t, r, "m_c2", due, "a1|2026-10-12|NULL|NULL|rule_unset", "a2|2026-10-12|NULL|NULL|rule_unset")
	want(t, r, "m_c3", due, "a1|2026-10-12|5400|1|NULL")
	want(t, r, "m_b1", due, "a1|2026-10-12|NULL|NULL|rule_unset", "a2|2026-10-12|NULL|NULL|rule_unset")
}

func TestD1_complaintsAndExposure(t *testing.T) {
	r := casesSetup().Run(t, modeltest.Given{
		"managers":    "manager_id, name, team\nM1, 甲, T1\nM2, 乙, T2",
		"assignments": "customer_id, manager_id, valid_from, valid_to, role\nC, M1, 2020-01-01, 2026-10-12, owner\nC, M2, 2026-10-13, , owner",
		"customers":   "customer_id, name, first_active_on\nC, 一, 2020-01-01\nD, 二, 2026-10-22",
		"cases": `case_id, customer_id, kind, category, created_at, manager_id, recoded_at, recoded_by, invalid_reason
			a1, C, complaint, 网络, 2026-10-12 23:59:59, M1, , ,
			a2, C, complaint, 资费, 2026-10-13 00:00:00, M2, , ,
			b1, C, complaint, 网络, 2026-10-12 09:00:00, M1, 2026-10-13 09:00:00, M2,
			b2, C, complaint, 网络, 2026-10-12 09:00:00, M1, 2026-10-13 09:00:01, M2,
			b3, C, complaint, 网络, 2026-10-12 09:00:00, M1, 2026-10-12 10:00:00, M1,
			b4, C, complaint, 网络, 2026-10-12 09:00:00, , 2026-10-12 10:00:00, M1,
			c1, C, complaint, 网络, 2026-10-12 09:00:00, M1, , , 误报
			d1, C, consult, 网络, 2026-10-12 09:00:00, M1, , ,
			e1, D, complaint, 网络, 2026-10-31 23:59:59, , , ,`,
		"bills": `bill_id, customer_id, account_month, issued_on, due_on, amount_fen, kind, ref_bill
			1, C, 202609, 2026-10-02, 2026-10-20, 500000, normal,
			2, C, 202609, 2026-10-15, 2026-10-20, 100000, credit_note, 1
			3, C, 202610, 2026-10-28, 2026-11-20, 300000, normal,`,
	}, "m_d1", "m_d1_revenue")
	// a: the owner at the complaint. b1: recoded within 24 hours by a second person; b2: a second too late; b3: by the
	// handler himself; b4: nobody knows who handled it, so nobody knows that it was a second person.
	// Exposure in October, the month of the first loaded event: C is M1's for 12 days and M2's for 19, D nobody's for 10.
	row := []string{"subject_id", "anchor_on", "manager_id", "category", "num", "den", "excluded_reason"}
	complaints := []string{
		"a1|2026-10-12|M1|网络|1|0|NULL", "a2|2026-10-13|M2|资费|1|0|NULL", "b1|2026-10-12|M1|网络|NULL|NULL|recoded",
		"b2|2026-10-12|M1|网络|1|0|NULL", "b3|2026-10-12|M1|网络|1|0|NULL", "b4|2026-10-12|M1|网络|1|0|NULL",
		"c1|2026-10-12|M1|网络|NULL|NULL|invalid", "e1|2026-10-31|NULL|网络|1|0|NULL",
	}
	want(t, r, "m_d1 where anchor_on >= date '2026-10-01'", row, append(complaints,
		"C|2026-10-01|M1|NULL|0|12|NULL", "C|2026-10-01|M2|NULL|0|19|NULL", "D|2026-10-01|NULL|NULL|0|10|NULL")...)
	// 5,000 yuan less 1,000 of the note is September's revenue, issued to M1; October's 3,000 to M2.
	want(t, r, "m_d1_revenue", row, append(complaints,
		"1|2026-09-01|M1|NULL|0|400000|NULL", "3|2026-10-01|M2|NULL|0|300000|NULL")...)
}
