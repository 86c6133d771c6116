package transform_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// billWorld has the customers A and C: A is M1's, C was handed from M1 to M2 on 2026-09-16.
func billWorld(more modeltest.Given) modeltest.Given {
	g := modeltest.Given{
		"managers":    "manager_id, name, team\nM1, 甲, T1\nM2, 乙, T2",
		"customers":   "customer_id, name\nA, a\nC, c",
		"services":    "service_id, customer_id, product, started_on\nA1, A, 专线, 2020-01-01\nC1, C, 专线, 2020-01-01",
		"assignments": "customer_id, manager_id, valid_from, valid_to\nA, M1, 2020-01-01,\nC, M1, 2020-01-01, 2026-09-15\nC, M2, 2026-09-16,",
	}
	for feed, rows := range more {
		g[feed] = rows
	}
	return g
}

// TestI1: five days of grace, put off to a working day. In 2026 10-01 to 10-07 are free, 10-10 (a Saturday) is worked.
func TestI1(t *testing.T) {
	g := billWorld(modeltest.Given{
		"bills": `bill_id, customer_id, account_month, issued_on, due_on, amount_fen, kind, ref_bill, project, agreed_due_on, disputed_from, disputed_to
			a, A, 202609, 2026-09-01, 2026-09-21, 1000, , , , , ,
			b, A, 202609, 2026-09-01, 2026-09-21, 1000, , , , , ,
			c, A, 202609, 2026-09-01, 2026-09-30, 1000, , , , , ,
			d, A, 202609, 2026-09-01, 2026-09-30, 1000, , , , , ,
			e, A, 202609, 2026-09-01, 2026-09-21, 1000, , , , , ,
			f, A, 202609, 2026-09-01, 2026-09-21, 1000, , , , , ,
			f1, A, 202609, 2026-09-21, 2026-09-21, 400, credit_note, f, , , ,
			f2, A, 202609, 2026-09-22, 2026-09-22, 100, credit_note, f, , , ,
			g, A, 202609, 2026-09-01, 2026-09-21, 1000, , , , , ,
			g1, A, 202609, 2026-09-10, 2026-09-10, 1500, credit_note, g, , , ,
			h, A, 202609, 2026-09-01, 2026-09-21, 1000, , , true, , ,
			i, A, 202609, 2026-09-01, 2026-09-21, 1000, , , , , 2026-09-28, 2026-09-29
			j, A, 202609, 2026-09-01, 2026-09-21, 1000, , , , , 2026-09-02, 2026-09-28
			k, A, 202609, 2026-09-01, 2026-09-21, 1000, , , , 2026-10-20, ,
			l, A, 202609, 2026-09-01, 2026-10-26, 1000, , , , , ,
			m, A, 202609, 2026-09-01, 2026-10-27, 1000, , , , , ,`,
		"payments": `payment_id, bill_id, paid_on, amount_fen, reversed_on
			pa, a, 2026-09-28, 1000,
			pb1, b, 2026-09-20, 300,
			pb2, b, 2026-09-29, 700,
			pc, c, 2026-10-08, 1200,
			pd, d, 2026-10-09, 1000,
			pe1, e, 2026-09-20, 600, 2026-10-13
			pe2, e, 2026-09-20, 400, 2026-10-14
			pf, f, 2026-09-20, 550,
			pk, k, 2026-10-26, 1000,
			pl, l, 2026-10-31, 1000,`,
	})
	columns := []string{"subject_id", "anchor_on", "num", "den", "excluded_reason"}
	// 09-21 + 5 days is Saturday 09-26, put off to Monday the 28th: a is paid in time, of b only 300. 09-30 + 5 is 10-05, put
	// off to 10-08: c counts what was due, d is a day late. September matures on the later of its fifth working day (10-08,
	// 10-09, 10-10, 10-12, 10-13) and of seven days (10-07): e's payment that bounced on 10-13 is none, the one that bounced a day later
	// stands. f owes 600 by its due day; the note of
	// the day after is not counted. g is credited wholly (edge 20), h a project. i is in dispute on 09-28, j no longer. k was
	// agreed for 10-20, and 10-25 is a Sunday: the 26th is in time. l: 10-26 + 5 = Saturday 10-31, put off to 11-02: not
	// over by 11-01, neither is m's.
	r := modeltest.Run(t, g, "m_i1")
	want(t, r, "m_i1", columns,
		"a|2026-09-21|1000|1000|NULL", "b|2026-09-21|300|1000|NULL", "c|2026-09-30|1000|1000|NULL", "d|2026-09-30|0|1000|NULL",
		"e|2026-09-21|400|1000|NULL", "f|2026-09-21|550|600|NULL", "g|2026-09-21|NULL|NULL|nothing_due", "h|2026-09-21|NULL|NULL|project",
		"i|2026-09-21|NULL|NULL|in_dispute", "j|2026-09-21|0|1000|NULL", "k|2026-10-20|1000|1000|NULL")
	edge(t, 20, "a credit note above the bill leaves nothing due", r, "m_i1 where subject_id in ('f', 'g')", columns,
		"f|2026-09-21|550|600|NULL", "g|2026-09-21|NULL|NULL|nothing_due")
	edge(t, 22, "a bill due on a holiday, the grace moves to the next working day", r, "m_i1 where subject_id in ('c', 'd')", columns,
		"c|2026-09-30|1000|1000|NULL", "d|2026-09-30|0|1000|NULL")
	// Without the putting off (edge 22), a is two days late and c three; without days of grace nothing is judged.
	plain := "version: t\nparams:\n  - {name: collection_grace_days, value: 5}\n"
	want(t, modeltest.Setup{Rules: plain}.Run(t, g, "m_i1"), "m_i1 where subject_id in ('a', 'c', 'l')", columns,
		"a|2026-09-21|0|1000|NULL", "c|2026-09-30|0|1000|NULL", "l|2026-10-26|1000|1000|NULL")
	// Thirteen days after September are 10-13 as well; while nothing says when a month matures, no payment that bounced counts.
	days := plain + "  - {name: close_calendar_days, value: 13}\n"
	want(t, modeltest.Setup{Rules: days}.Run(t, g, "m_i1"), "m_i1 where subject_id = 'e'", columns, "e|2026-09-21|400|1000|NULL")
	want(t, modeltest.Setup{Rules: plain}.Run(t, g, "m_i1"), "m_i1 where subject_id = 'e'", columns, "e|2026-09-21|0|1000|NULL")
	want(t, modeltest.Setup{Rules: "version: t\n"}.Run(t, g, "m_i1"), "m_i1 where subject_id = 'a'", columns, "a|2026-09-21|NULL|NULL|rule_unset")
}

// TestI1_handOver: what falls due within 30 days of a hand-over and is not paid in full stays with the previous owner.
func TestI1_handOver(t *testing.T) {
	g := billWorld(modeltest.Given{
		"bills": `bill_id, customer_id, account_month, issued_on, due_on, amount_fen
			a, C, 202609, 2026-09-01, 2026-09-15, 1000
			b, C, 202609, 2026-09-01, 2026-10-16, 1000
			c, C, 202609, 2026-09-01, 2026-10-17, 1000
			d, C, 202609, 2026-09-01, 2026-10-16, 1000`,
		"payments": "payment_id, bill_id, paid_on, amount_fen\npb, b, 2026-10-17, 999\npd, d, 2026-10-16, 1000",
	})
	// 09-16 + 30 days is 10-16. b is a fen short: M1's; d is paid: M2's.
	want(t, modeltest.Run(t, g, "m_i1"), "m_i1", append(verdict, "team"),
		"a|M1|NULL|0|1000|NULL|T1", "b|M1|NULL|999|1000|NULL|T1", "c|M2|NULL|0|1000|NULL|T2", "d|M2|NULL|1000|1000|NULL|T2")
	g["managers"] = "manager_id, name, team, left_on\nM1, 甲, T1, 2026-10-10\nM2, 乙, T2,"
	want(t, modeltest.Run(t, g, "m_i1"), "m_i1 where subject_id = 'b'", append(verdict, "team"), "b|NULL|leaver|999|1000|NULL|NULL")
}

// TestHandOver_again: a customer that changes hands twice, and then is nobody's, within the 30 days has one previous owner a day: who
// had it before the last hand-over. Nothing is doubled, and what nobody has is nobody's.
func TestHandOver_again(t *testing.T) {
	g := billWorld(modeltest.Given{
		"managers": "manager_id, name, team\nM1, 甲, T1\nM2, 乙, T2\nM3, 丙, T3",
		"assignments": `customer_id, manager_id, valid_from, valid_to
			C, M1, 2024-01-01, 2026-09-09
			C, M2, 2026-09-10, 2026-09-14
			C, M3, 2026-09-15, 2026-09-27`,
		"bills": `bill_id, customer_id, account_month, issued_on, due_on, amount_fen
			a, C, 202609, 2026-09-01, 2026-09-09, 1000
			b, C, 202609, 2026-09-01, 2026-09-14, 1000
			c, C, 202609, 2026-09-01, 2026-09-15, 1000
			d, C, 202609, 2026-09-01, 2026-09-27, 1000
			e, C, 202609, 2026-09-01, 2026-09-28, 1000
			f, C, 202608, 2026-08-01, 2026-08-20, 1000`,
	})
	r := modeltest.Run(t, g, "m_i1", "m_i2")
	want(t, r, "fct_hand_overs", []string{"from_on", "until_on", "manager_id"}, "2026-09-10|2026-09-14|M1", "2026-09-15|2026-09-27|M2")
	want(t, r, "m_i1 where subject_id <> 'f'", verdict, "a|M1|NULL|0|1000|NULL", "b|M1|NULL|0|1000|NULL", "c|M2|NULL|0|1000|NULL", "d|M2|NULL|0|1000|NULL",
		"e|NULL|no_owner|0|1000|NULL")
	want(t, r, "m_i2 where period_kind = 'month' and anchor_on = date '2026-10-01' and subject_id = 'f'", verdict, "f|NULL|no_owner|0|1000|NULL")
}

// TestI2: what was overdue when October began, and what came in on it.
func TestI2(t *testing.T) {
	g := billWorld(modeltest.Given{
		"bills": `bill_id, customer_id, account_month, issued_on, due_on, amount_fen, project, agreed_due_on, disputed_from, disputed_to
			a, A, 202608, 2026-08-27, 2026-09-30, 1000, , , ,
			b, A, 202608, 2026-08-27, 2026-10-01, 1000, , , ,
			c, A, 202608, 2026-08-27, 2026-09-20, 1000, , , ,
			d, A, 202608, 2026-08-27, 2026-09-20, 1000, , , ,
			e, A, 202608, 2026-08-27, 2026-09-20, 1000, , , ,
			f, A, 202608, 2026-08-27, 2026-09-20, 1000, , , ,
			g, A, 202608, 2026-08-27, 2026-09-20, 1000, , , 2026-09-30,
			h, A, 202608, 2026-08-27, 2026-09-20, 1000, , , 2026-08-30, 2026-09-30
			i, A, 202608, 2026-08-27, 2026-09-20, 1000, true, , ,
			j, A, 202608, 2026-08-27, 2026-09-20, 1000, , 2026-10-05, ,
			k, A, 202608, 2026-08-27, 2026-09-20, 1000, , , ,
			l, C, 202608, 2026-08-27, 2026-09-10, 1000, , , ,`,
		"payments": `payment_id, bill_id, paid_on, amount_fen, reversed_on
			pa, a, 2026-10-31, 400,
			pc1, c, 2026-09-30, 300,
			pc2, c, 2026-10-01, 900,
			pd1, d, 2026-09-25, 600, 2026-10-05
			pd2, d, 2026-10-20, 100,
			pe, e, 2026-09-30, 1000, 2026-10-05
			pf, f, 2026-10-20, 1000,
			pk, k, 2026-10-20, 1000, 2026-10-25`,
		"writeoffs": "writeoff_id, bill_id, on, amount_fen\nw1, f, 2026-10-15, 1000",
	})
	october := " where period_kind = 'month' and anchor_on = date '2026-10-01'"
	// a: 400 of 1000, the 31st is October; b falls due on 10-01, not overdue before it. c: 700 were open, no more than these
	// count. d: 400 open, 100 paid, 600 of September bounced in October: -500 (edge 21). e was paid when October began, that
	// it bounced later makes it November's. f was written off before it was paid (edge 23). g is in dispute when October
	// begins, h no longer. j was agreed for later. k's payment bounced within the month: nothing. l's hand-over was on 09-16,
	// M1's until 10-16.
	r := modeltest.Run(t, g, "m_i2")
	want(t, r, "m_i2"+october, verdict,
		"a|M1|NULL|400|1000|NULL", "c|M1|NULL|700|700|NULL", "d|M1|NULL|-500|400|NULL", "f|M1|NULL|0|1000|NULL",
		"g|M1|NULL|NULL|NULL|in_dispute", "h|M1|NULL|0|1000|NULL", "i|M1|NULL|NULL|NULL|project", "k|M1|NULL|0|1000|NULL",
		"l|M1|NULL|0|1000|NULL")
	edge(t, 21, "a payment reversed next month is reversed in that month", r, "m_i2"+october+" and subject_id in ('d', 'e', 'k')", verdict,
		"d|M1|NULL|-500|400|NULL", "k|M1|NULL|0|1000|NULL")
	edge(t, 23, "written off and then recovered is no recovery of arrears", r, "m_i2"+october+" and subject_id in ('a', 'f')", verdict,
		"a|M1|NULL|400|1000|NULL", "f|M1|NULL|0|1000|NULL")
	// On 11-01 e is open again; f is not, j is, and l is M2's.
	november := modeltest.Setup{AsOf: "2026-12-01"}.Run(t, g, "m_i2")
	want(t, november, "m_i2 where period_kind = 'month' and anchor_on = date '2026-11-01' and subject_id in ('a', 'c', 'd', 'e', 'f', 'j', 'l')", verdict,
		"a|M1|NULL|0|600|NULL", "d|M1|NULL|0|900|NULL", "e|M1|NULL|0|1000|NULL", "j|M1|NULL|0|1000|NULL", "l|M2|NULL|0|1000|NULL")
}

// TestI3_published: the worked example of the Credit Research Foundation (8.15): opening receivables 6200, sales of the
// quarter 10890, closing 6340 of which 3590 not yet due. (6200 + 10890/3 - 6340) / (6200 + 10890/3 - 3590) = 3490 / 6240
// = 55.93 %; times three: 10470 / 18720.
func TestI3_published(t *testing.T) {
	g := billWorld(modeltest.Given{
		"bills": `bill_id, customer_id, account_month, issued_on, due_on, amount_fen, project, disputed_from, disputed_to
			o1, A, 202605, 2026-05-20, 2026-06-20, 5200, , ,
			o2, C, 202605, 2026-06-20, 2026-07-20, 1000, , ,
			s1, A, 202607, 2026-07-20, 2026-08-20, 4000, , ,
			s2, C, 202608, 2026-08-20, 2026-09-30, 3300, , ,
			s3, A, 202609, 2026-09-30, 2026-10-01, 3590, , ,
			p1, A, 202607, 2026-07-20, 2026-08-20, 99999, true, ,
			d1, A, 202607, 2026-07-20, 2026-08-20, 88888, , 2026-09-30,`,
		"payments": `payment_id, bill_id, paid_on, amount_fen
			q1, o1, 2026-07-01, 5200
			q2, o2, 2026-09-30, 1000
			q3, s1, 2026-08-20, 4000
			q4, s2, 2026-09-30, 550`,
	})
	r := modeltest.Run(t, g, "m_i3")
	// Cash: 5200 + 1000 + 4000 + 550 = 10750; 6200 + 10890 - 10750 = 6340. Of it 2750 (s2) was due by 09-30, s3's 3590 not.
	// By customer: A 3·(5200 - 3590) + 7590 = 12420 over the same; C 3·(1000 - 2750) + 3300 = -1950 over 3·1000 + 3300.
	// It is nobody's but the team's: C's is T2 on the last day.
	want(t, r, "m_i3 where period_kind = 'quarter' and anchor_on = date '2026-07-01'", append(verdict, "team"),
		"A|NULL|team_only|12420|12420|NULL|T1", "C|NULL|team_only|-1950|6300|NULL|T2")
	if diff := cmp.Diff([]string{"10470|18720"}, r.Query("select sum(num), sum(den) from m_i3 where period_kind = 'quarter' and anchor_on = date '2026-07-01'")); diff != "" {
		t.Error(diff)
	}
}

// TestReceivables_checks: bills credited beyond their amount, paid in parts, too much, bounced and written off agree with
// every check, which would stop the run.
// TestI3_corrections: what is corrected is not collected, nor is what is disputed; periods begin with the first account month.
func TestI3_corrections(t *testing.T) {
	r := modeltest.Run(t, billWorld(modeltest.Given{
		"bills": `bill_id, customer_id, account_month, issued_on, due_on, amount_fen, kind, ref_bill, disputed_from
			a, A, 202608, 2026-08-20, 2026-09-20, 1000, , ,
			a1, A, 202608, 2026-10-10, 2026-10-10, 300, credit_note, a,
			b, C, 202610, 2026-10-05, 2026-10-20, 200, , ,
			b1, C, 202610, 2026-10-06, 2026-10-06, 500, credit_note, b,
			c, C, 202610, 2026-10-01, 2026-10-31, 1000, , ,
			d, A, 202608, 2026-08-20, 2026-09-20, 5000, , , 2026-10-31
			e, C, 202608, 2026-08-20, 2026-09-20, 70, , , 2026-11-01`,
	}), "m_i3")
	// October. a: 1000 open, 300 taken off, 700 open: nothing came in. b asked for 200 and then for nothing, never for less. c: 1000 billed and
	// open. d is in dispute on the last day: left out of what was open before, too; e is not until the day after.
	// A: 1000 - 300 - 700 over 1000 - 300; C: 70 + 1000 - 1070 over 70 + 1000.
	want(t, r, "m_i3 where period_kind = 'month' and anchor_on = date '2026-10-01'", verdict, "A|NULL|team_only|0|700|NULL", "C|NULL|team_only|0|1070|NULL")
	// What was open when the third quarter began is not known.
	want(t, r, "m_i3 where period_kind = 'quarter'", []string{"count(*)"}, "0")
	want(t, r, "m_i3", []string{"distinct anchor_on"}, "2026-08-01", "2026-09-01", "2026-10-01")
}

func TestReceivables_checks(t *testing.T) {
	r := modeltest.Run(t, billWorld(modeltest.Given{
		"bills": `bill_id, customer_id, account_month, issued_on, due_on, amount_fen, kind, ref_bill
			a, A, 202606, 2026-06-27, 2026-07-20, 1000, ,
			a1, A, 202607, 2026-07-27, 2026-07-27, 1500, credit_note, a
			b, A, 202606, 2026-06-27, 2026-07-20, 1000, ,
			c, A, 202606, 2026-06-27, 2026-07-20, 1000, ,
			d, A, 202606, 2026-06-27, 2026-07-20, 1000, ,
			e, A, 202606, 2026-06-27, 2026-07-20, 0, ,
			f, A, 202606, 2026-06-27, 2026-07-20, 1000, ,`,
		"payments": `payment_id, bill_id, paid_on, amount_fen, reversed_on
			pa, a, 2026-07-01, 300,
			pb1, b, 2026-06-01, 400,
			pb2, b, 2026-07-05, 900,
			pc, c, 2026-07-05, 1000, 2026-08-05
			pd, d, 2026-09-05, 200,
			pf, f, 2026-07-05, 1000, 2026-07-01`,
		"writeoffs": "writeoff_id, bill_id, on, amount_fen\nw1, d, 2026-08-15, 1000",
	}))
	// a is open until its note of 07-27: 1000, from the payment on 700. b was paid 400 before it was issued, the rest and more
	// on 07-05. c was open until 07-05, and is again since 08-05. d was open until it was written off.
	// f's payment was never good, though the file says that it bounced before it was made.
	want(t, r, "fct_receivables", []string{"bill_id", "from_on", "to_on", "open_fen"},
		"a|2026-06-27|2026-07-01|1000", "a|2026-07-01|2026-07-27|700", "b|2026-06-27|2026-07-05|600",
		"c|2026-06-27|2026-07-05|1000", "c|2026-08-05|2199-12-31|1000", "d|2026-06-27|2026-08-15|1000",
		"f|2026-06-27|2026-07-05|1000", "f|2026-07-05|2199-12-31|1000")
}

func TestI4(t *testing.T) {
	bills := "bill_id, customer_id, account_month, issued_on, due_on, amount_fen, kind, ref_bill, project, disputed_from"
	for _, m := range []string{"2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10"} {
		bills += "\nA" + m + ", A, " + m[:4] + m[5:] + ", " + m + "-27, 2026-12-31, 100, , , ,"
	}
	g := billWorld(modeltest.Given{
		"bills": bills + `
			x, A, 202607, 2026-07-01, 2026-08-01, 5000, , , ,
			x1, A, 202607, 2026-10-31, 2026-10-31, 1000, credit_note, x, ,
			y, A, 202607, 2026-07-01, 2026-08-02, 700, , , ,
			z, C, 202607, 2026-07-01, 2026-08-01, 300, , , true,
			v, C, 202607, 2026-07-01, 2026-08-01, 400, , , , 2026-10-31`,
		"payments": "payment_id, bill_id, paid_on, amount_fen\npx, x, 2026-10-31, 500\npv, v, 2026-11-01, 400",
	})
	r := modeltest.Setup{AsOf: "2026-11-02"}.Run(t, g, "m_i4")
	// From 08-01 to 10-31 are 30 + 30 + 31 = 91 days, from 08-02 90. x: 5000 less 1000 credited less 500 paid. The twelve
	// months are 2025-11 to 2026-10: 1200, and July's x (4000) and y (700). C's v is in dispute that day: it is revenue, no
	// arrears; its z is a project.
	want(t, r, "m_i4 where anchor_on = date '2026-10-31'", verdict, "A|M1|NULL|3500|5900|NULL", "C|M2|NULL|0|400|NULL")
	// September's twelve months are 2025-10 to 2026-09, all loaded; August's are not.
	want(t, r, "m_i4 where subject_id = 'A' and anchor_on in (date '2026-08-31', date '2026-09-30')", []string{"anchor_on", "num", "den", "excluded_reason"},
		"2026-08-31|NULL|NULL|no_history", "2026-09-30|0|5900|NULL")
}

func TestI5(t *testing.T) {
	g := billWorld(modeltest.Given{
		"bills": `bill_id, customer_id, account_month, issued_on, due_on, amount_fen, project, agreed_due_on, disputed_from, disputed_to
			a, A, 202609, 2026-09-01, 2026-09-20, 1000, , , ,
			b, A, 202609, 2026-09-01, 2026-09-20, 1000, , , ,
			c, A, 202609, 2026-09-01, 2026-09-20, 1000, , , ,
			d, A, 202609, 2026-09-01, 2026-09-20, 1000, , 2026-10-24, ,
			e, A, 202609, 2026-09-01, 2026-09-20, 1000, true, , ,
			f, A, 202609, 2026-09-01, 2026-09-20, 1000, , , 2026-09-21, 2026-09-27
			g, C, 202609, 2026-09-01, 2026-09-14, 1000, , , ,
			h, C, 202609, 2026-09-01, 2026-09-16, 1000, , , ,`,
		"payments": `payment_id, bill_id, paid_on, amount_fen
			pa, a, 2026-09-27, 1000
			pb, b, 2026-09-26, 1000
			pc, c, 2026-09-20, 1000
			pd, d, 2026-10-31, 1000
			pe, e, 2026-09-22, 1000
			pf, f, 2026-09-28, 1000
			pg, g, 2026-09-22, 1000
			ph, h, 2026-09-18, 1000`,
		"dunning": `bill_id, step, due_on, done_on
			a, 1, 2026-09-21, 2026-09-21
			a, 2, 2026-09-27, 2026-09-28
			a, 4, 2026-10-05,
			b, 1, 2026-09-21, 2026-09-22
			c, 1, 2026-09-21, 2026-09-21
			g, 1, 2026-09-15, 2026-09-14
			h, 1, 2026-09-17, 2026-09-15`,
	})
	columns := append([]string{"anchor_on"}, verdict...)
	// Steps are due 1, 7 and 30 days after the due day. a owes two: it was paid on the very day of the second, which was done
	// a day late; nothing asks for a fourth. b was paid the day before the second. c was never overdue. d was agreed for
	// 10-24: steps on 10-25 and 10-31. f is in dispute on the first day, not on the second. g's first step is M1's, its
	// second M2's; M1 did h's on his last day, two days before it was due.
	want(t, modeltest.Run(t, g, "m_i5"), "m_i5", columns,
		"2026-09-21|a/1|M1|NULL|1|1|NULL", "2026-09-27|a/2|M1|NULL|0|1|NULL", "2026-10-05|a/4|M1|NULL|NULL|NULL|rule_unset",
		"2026-09-21|b/1|M1|NULL|0|1|NULL", "2026-10-25|d/1|M1|NULL|0|1|NULL", "2026-10-31|d/2|M1|NULL|0|1|NULL",
		"2026-09-21|e/1|M1|NULL|NULL|NULL|project", "2026-09-21|f/1|M1|NULL|NULL|NULL|in_dispute", "2026-09-27|f/2|M1|NULL|0|1|NULL",
		"2026-09-15|g/1|M1|NULL|1|1|NULL", "2026-09-21|g/2|M2|NULL|0|1|NULL", "2026-09-17|h/1|M1|NULL|1|1|NULL")
	// A step on the due day itself: a was open at its end, c was paid on it and so never overdue.
	atOnce := "version: t\nparams:\n  - {name: dunning_step_1_days, value: 0}\n"
	want(t, modeltest.Setup{Rules: atOnce}.Run(t, g, "m_i5"), "m_i5 where excluded_reason is null and subject_id in ('a/1', 'c/1')", columns, "2026-09-20|a/1|M1|NULL|0|1|NULL")
	r := modeltest.Setup{Rules: "version: t\nparams:\n  - {name: dunning_step_2_days, value: 7}\n"}.Run(t, g, "m_i5")
	want(t, r, "m_i5 where subject_id like 'a/%'", columns,
		"2026-09-21|a/1|M1|NULL|NULL|NULL|rule_unset", "2026-09-27|a/2|M1|NULL|0|1|NULL", "2026-10-05|a/4|M1|NULL|NULL|NULL|rule_unset")
}
