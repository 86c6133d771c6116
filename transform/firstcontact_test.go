package transform_test

import (
	"testing"

	"github.com/kamlens/kamlens/transform/modeltest"
)

func TestC4C5(t *testing.T) {
	r := casesSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, category, created_at, first_response_at, resolved_at, reopened_at, merged_into, initiated_by
			a1, A1, request, 网络, 2026-10-12 08:30:00, 2026-10-12 09:00:00, 2026-10-12 10:00:00, , ,
			a2, A2, request, 网络, 2026-10-12 08:30:00, , 2026-10-12 10:00:00, , ,
			a3, A3, request, 网络, 2026-10-12 08:30:00, 2026-10-12 09:00:00, 2026-10-12 10:00:00, , ,
			a4, A4, request, 网络, 2026-10-12 08:30:00, 2026-10-12 09:00:00, 2026-10-12 10:00:00, , ,
			a5, A5, request, 网络, 2026-10-12 08:30:00, 2026-10-12 09:00:00, 2026-10-12 10:00:00, , ,
			a6, A6, request, 网络, 2026-10-12 08:30:00, 2026-10-12 09:00:00, 2026-10-12 10:00:00, , ,
			b1, B1, request, 网络, 2026-10-12 08:30:00, , 2026-10-12 10:00:00, 2026-10-19 23:59:59, ,
			b2, B2, request, 网络, 2026-10-12 08:30:00, , 2026-10-12 10:00:00, 2026-10-20 00:00:00, ,
			c1, C1, request, 网络, 2026-10-12 08:30:00, , 2026-10-12 10:00:00, , ,
			c1x, C1, fault, 网络, 2026-10-19 23:59:59, , , , ,
			c2, C2, request, 网络, 2026-10-12 08:30:00, , 2026-10-12 10:00:00, , ,
			c2x, C2, fault, 网络, 2026-10-20 00:00:00, , , , ,
			c3, C3, request, 网络, 2026-10-12 08:30:00, , 2026-10-12 10:00:00, , ,
			c3x, C3, request, 账单, 2026-10-13 09:00:00, , , , ,
			c3y, C3, request, 网络, 2026-10-12 09:59:59, , , , ,
			c3z, C3, request, 网络, 2026-10-13 09:00:00, , , , c1x,
			c3m, C3, request, 网络, 2026-10-13 09:00:00, , , , , manager
			d1, D1, request, 网络, 2026-10-12 08:30:00, , , , ,
			e1, E1, request, 网络, 2026-10-24 08:30:00, , 2026-10-24 10:00:00, , ,
			e2, E2, request, 网络, 2026-10-24 08:30:00, , 2026-10-25 10:00:00, , ,
			f1, F1, request, 网络, 2026-10-12 08:30:00, , 2026-10-12 10:00:00, , a1,`,
		"case_events": `case_id, at, type, actor_kind, public
			a3, 2026-10-12 09:30:00, progress, ,
			a4, 2026-10-12 09:30:00, progress, human, false
			a5, 2026-10-12 10:00:01, progress, ,
			a6, 2026-10-12 09:30:00, transfer, ,`,
	}, "m_c4", "m_c5")
	// a1: one response. a2: resolved at once. a3: two contacts before the resolve. a4: the second one was a note nobody outside sees.
	// a5: it came after the resolve. a6: passed on. b1: reopened on the 7th day; b2: on the 8th, the resolve stands.
	// c1: the customer came back about the network on the 7th day, whatever the kind; c2: on the 8th. c3: about the bill; before
	// the resolve; merged; not raised by him. d1: not resolved. e1: the seventh day is the 31st, over on the business
	// instant; e2: not over. f1: merged.
	want(t, r, "m_c4", due,
		"a1|2026-10-19|1|1|NULL", "a2|2026-10-19|1|1|NULL", "a3|2026-10-19|0|1|NULL", "a4|2026-10-19|1|1|NULL", "a5|2026-10-19|1|1|NULL",
		"a6|2026-10-19|0|1|NULL", "b1|2026-10-19|0|1|NULL", "b2|2026-10-19|1|1|NULL", "c1|2026-10-19|0|1|NULL", "c2|2026-10-19|1|1|NULL",
		"c3|2026-10-19|1|1|NULL", "e1|2026-10-31|1|1|NULL", "f1|2026-10-19|NULL|NULL|merged")
	want(t, r, "m_c4 where num = 0", []string{"subject_id", "missed_by"}, "a3|handled_again", "a6|handled_again", "b1|reopened", "c1|handled_again")
	want(t, r, "m_c4 where num is distinct from 0", []string{"count(missed_by)"}, "0")
	want(t, r, "m_c5", due,
		"a1|2026-10-19|0|1|NULL", "a2|2026-10-19|0|1|NULL", "a3|2026-10-19|0|1|NULL", "a4|2026-10-19|0|1|NULL", "a5|2026-10-19|0|1|NULL",
		"a6|2026-10-19|0|1|NULL", "b1|2026-10-19|1|1|NULL", "b2|2026-10-19|0|1|NULL", "c1|2026-10-19|0|1|NULL", "c2|2026-10-19|0|1|NULL",
		"c3|2026-10-19|0|1|NULL", "e1|2026-10-31|0|1|NULL", "f1|2026-10-19|NULL|NULL|merged")
}

// A case is reopened once, by its first resolve, however often it comes back; what comes back after the window is a
// subject with handlings of its own.
func TestC4C5_subjects(t *testing.T) {
	r := casesSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, created_at
			a, C, request, 2026-09-01 08:30:00
			b, D, request, 2026-09-01 08:30:00`,
		"case_events": `case_id, at, type
			a, 2026-09-01 10:00:00, resolve
			a, 2026-09-03 10:00:00, reopen
			a, 2026-09-04 10:00:00, resolve
			a, 2026-09-05 10:00:00, reopen
			a, 2026-09-06 10:00:00, resolve
			b, 2026-09-01 09:00:00, respond
			b, 2026-09-01 10:00:00, resolve
			b, 2026-09-20 09:00:00, reopen
			b, 2026-09-20 09:30:00, respond
			b, 2026-09-20 10:00:00, resolve`,
	}, "m_c4", "m_c5")
	// a: 7 days after 09-01. b#2: one response of its own, 7 days after 09-20; the response of b is not its second.
	want(t, r, "m_c5", due, "a|2026-09-08|1|1|NULL", "b#2|2026-09-27|0|1|NULL", "b|2026-09-08|0|1|NULL")
	want(t, r, "m_c4", due, "a|2026-09-08|0|1|NULL", "b#2|2026-09-27|1|1|NULL", "b|2026-09-08|1|1|NULL")
}

// TestC4_again: what else is another contact, or another case.
func TestC4_again(t *testing.T) {
	r := casesSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, category, created_at, resolved_at, reopened_at, merged_into
			g1, G, request, 网络, 2026-10-05 08:30:00, 2026-10-05 10:00:00, 2026-10-13 23:59:59,
			g2, G, request, 网络, 2026-10-06 08:30:00, 2026-10-06 10:00:00, ,
			h1, H, request, 网络, 2026-10-05 08:30:00, 2026-10-05 10:00:00, 2026-10-14 00:00:00,
			h2, H, request, 网络, 2026-10-06 08:30:00, 2026-10-06 10:00:00, ,
			k1, K, request, 网络, 2026-10-12 08:30:00, 2026-10-12 10:00:00, ,
			k2, K, request, 网络, 2026-10-20 09:00:00, , ,
			k3, K, fault, 账单, 2026-10-19 09:00:00, , , k2
			l1, L, request, 网络, 2026-10-12 08:30:00, 2026-10-12 10:00:00, ,
			l2, L, request, 网络, 2026-10-13 09:00:00, , ,
			l3, L, request, 账单, 2026-10-12 09:59:59, , , l2
			m1, M, request, 网络, 2026-10-12 08:30:00, 2026-10-12 10:00:00, ,
			n1, N, request, 网络, 2026-10-12 08:30:00, 2026-10-12 10:00:00, ,`,
		"case_events": `case_id, at, type
			m1, 2026-10-12 09:00:00, respond
			m1, 2026-10-12 09:30:00, callback_ok
			n1, 2026-10-12 08:29:59, respond
			n1, 2026-10-12 09:30:00, progress`,
	}, "m_c4")
	// g1 came back on the 13th, eight days after: another case (edge 2), on the seventh day after g2's resolve; h1 a second later, on the
	// eighth day. g2 and h2 are other cases to g1 and h1. k2 was raised when k3 was, which is merged into it (R7): on the seventh day;
	// l2 before l1 was resolved. m1 was called back before it was resolved, besides the response. n1's first contact was before it.
	want(t, r, "m_c4 where den = 1 and subject_id in ('g1', 'g2', 'h1', 'h2', 'k1', 'l1', 'm1', 'n1')", []string{"subject_id", "num"},
		"g1|0", "g2|0", "h1|0", "h2|1", "k1|0", "l1|1", "m1|0", "n1|1")
}

func TestC4C5_unsetWindow(t *testing.T) {
	r := modeltest.Setup{Rules: "version: v1\nparams:\n  - {name: decided_after_days, value: 30}\n"}.Run(t, modeltest.Given{
		"cases": "case_id, customer_id, kind, created_at, resolved_at\na, C, request, 2026-10-12 08:30:00, 2026-10-12 10:00:00",
	}, "m_c4", "m_c5")
	for _, m := range []string{"m_c4", "m_c5"} {
		want(t, r, m, due, "a|2026-10-12|NULL|NULL|rule_unset")
	}
}

func TestC7(t *testing.T) {
	r := casesSetup().Run(t, modeltest.Given{
		"managers": "manager_id, name\nM1, 甲\nM2, 乙",
		"assignments": `customer_id, manager_id, valid_from, valid_to
			H, M1, 2020-01-01, 2026-10-13
			H, M2, 2026-10-14,`,
		"cases": `case_id, customer_id, kind, created_at, promised_due_at, resolved_at, reopened_at, is_test, superseded_by
			a1, C, request, 2026-10-12 08:30:00, 2026-10-13 10:00:00, 2026-10-13 10:00:00, , ,
			a2, C, request, 2026-10-12 08:30:00, 2026-10-13 10:00:00, 2026-10-13 10:00:01, , ,
			a3, C, request, 2026-10-12 08:30:00, 2026-10-13 10:00:00, , , , 2
			a3, C, request, 2026-10-12 08:30:00, 2026-10-20 10:00:00, 2026-10-14 10:00:00, , ,
			a4, C, request, 2026-10-12 08:30:00, , , , , 2
			a4, C, request, 2026-10-12 08:30:00, 2026-10-20 10:00:00, 2026-10-14 10:00:00, , ,
			b1, C, request, 2026-10-12 08:30:00, 2026-10-13 10:00:00, 2026-10-13 09:00:00, 2026-10-20 23:00:00, ,
			b2, C, request, 2026-10-12 08:30:00, 2026-10-13 10:00:00, 2026-10-13 09:00:00, 2026-10-21 00:00:00, ,
			c1, C, request, 2026-10-12 08:30:00, 2026-11-01 00:00:00, , , ,
			c2, C, request, 2026-10-12 08:30:00, 2026-11-01 00:00:01, , , ,
			d1, C, request, 2026-10-12 08:30:00, , 2026-10-13 09:00:00, , ,
			e1, C, request, 2026-10-12 08:30:00, 2026-10-13 10:00:00, 2026-10-13 09:00:00, , true,
			h1, H, request, 2026-10-12 08:30:00, 2026-10-14 10:00:00, 2026-10-13 23:00:00, , ,
			h2, H, request, 2026-10-12 08:30:00, 2026-10-14 10:00:00, , , ,`,
	}, "m_c7")
	// a3: the promise of the 20th does not replace that of the 13th. a4: the first promise came later. b1: the resolve is void, b2: it
	// stands. c1: the promise comes on the business instant. d1: nothing was promised. h2: broken on the 14th, M2's.
	want(t, r, "m_c7", append(append([]string{}, due...), "manager_id"),
		"a1|2026-10-13|1|1|NULL|NULL", "a2|2026-10-13|0|1|NULL|NULL", "a3|2026-10-13|0|1|NULL|NULL", "a4|2026-10-20|1|1|NULL|NULL",
		"b1|2026-10-13|0|1|NULL|NULL", "b2|2026-10-13|1|1|NULL|NULL", "c1|2026-11-01|0|1|NULL|NULL",
		"e1|2026-10-13|NULL|NULL|test|NULL", "h1|2026-10-14|1|1|NULL|M1", "h2|2026-10-14|0|1|NULL|M2")
}

func TestC6(t *testing.T) {
	r := casesSetup().Run(t, modeltest.Given{
		"managers": "manager_id, name\nM1, 甲\nM2, 乙",
		"assignments": `customer_id, manager_id, valid_from, valid_to
			C, M1, 2020-01-01, 2026-09-29
			C, M2, 2026-09-30,`,
		"cases": `case_id, customer_id, kind, severity, created_at, resolved_at, invalid_reason, merged_into
			a1, C, consult, normal, 2026-09-27 08:30:00, 2026-10-01 00:00:00, ,
			a2, C, consult, normal, 2026-09-27 08:30:00, 2026-09-30 23:59:59, ,
			a3, C, consult, normal, 2026-09-28 00:00:00, , ,
			a4, C, consult, normal, 2026-09-26 23:59:59, , ,
			b1, C, feedback, normal, 2026-09-15 08:30:00, , ,
			b2, C, consult, normal, 2026-09-30 23:59:59, 2026-10-10 09:00:00, 误报,
			c1, C, consult, normal, 2026-08-31 08:30:00, , ,
			d1, C, consult, normal, 2026-10-01 00:00:00, , ,
			e1, C, consult, normal, 2026-09-27 08:30:00, , ,
			f1, C, consult, normal, 2026-09-30 08:30:00, , ,
			f2, C, consult, normal, 2026-08-31 08:30:00, 2026-09-01 09:00:00, , f1`,
		"case_events": `case_id, at, type
			e1, 2026-09-28 09:00:00, resolve
			e1, 2026-09-30 23:00:00, reopen
			e1, 2026-10-02 09:00:00, resolve
			e1, 2026-10-04 09:00:00, reopen
			e1, 2026-10-05 09:00:00, resolve`,
	}, "m_c6", "m_c6_open", "fct_backlog")
	// A consult is due at the end of the third day after. a1: resolved on the first instant of October, due on 09-30 24:00, the end of the
	// month itself, and not solved on that day: past it (C1 has it as a miss of September, too); a2: a second before. a3: due on 10-01; a4: on 09-29. b1: no limit. b2: counts nowhere. c1: open since
	// August, 30 days. d1: October's. e1: resolved, and open again from the 30th, on which it
	// was due; in October it ends resolved. f1 was created on 09-30, with f2 of August merged into it: due since then, one case (R7).
	sep, oct := " where anchor_on = date '2026-09-30'", " where anchor_on = date '2026-10-31'"
	cols := []string{"subject_id", "num", "den", "excluded_reason", "category", "open_days", "manager_id"}
	want(t, r, "m_c6"+sep, cols,
		"a1|1|1|NULL|0-3 d|3|M2", "a3|0|1|NULL|0-3 d|2|M2", "a4|1|1|NULL|4-7 d|4|M2", "b1|NULL|NULL|rule_unset|8-15 d|15|M2",
		"c1|1|1|NULL|16-30 d|30|M2", "e1|1|1|NULL|0-3 d|3|M2", "f1|1|1|NULL|16-30 d|30|M2")
	want(t, r, "m_c6"+oct, []string{"subject_id", "num", "category"},
		"a3|1|31+ d", "a4|1|31+ d", "b1|NULL|31+ d", "c1|1|31+ d", "d1|1|16-30 d", "f1|1|31+ d")
	want(t, r, "m_c6_open"+sep, []string{"subject_id", "num"}, "a1|1", "a3|1", "a4|1", "b1|1", "c1|1", "e1|1", "f1|1")
	want(t, r, "m_c6 where anchor_on = date '2026-08-31'", []string{"subject_id", "num"}, "c1|0", "f1|0")
}
