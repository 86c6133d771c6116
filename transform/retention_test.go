package transform_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/transform/modeltest"
)

const october = " where period_kind = 'month' and anchor_on = date '2026-10-01'"

func TestG1(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": `manager_id, name, team, left_on
			M1, 甲, T1, 2026-10-20
			M2, 乙, T2,
			M3, 丙, T3,`,
		"customers": `customer_id, name, status, ended_on, merged_into, merged_at, split_from
			A, a, , , , ,
			B, b, cancelled, 2026-10-20, , ,
			C, c, , , , ,
			D, d, , , , ,
			E, e, , , , ,
			F, f, , , A, 2026-10-10 09:00:00,
			G, g, moved_out, 2026-10-15, , ,
			H, h, , , , , A
			I, i, , , , ,
			J, j, , , , ,
			L, l, , , , ,
			N, n, , , , ,
			S, s, suspended, , , ,`,
		"assignments": `customer_id, manager_id, valid_from, valid_to
			A, M2, 2020-01-01,
			B, M2, 2020-01-01,
			C, M1, 2020-01-01, 2026-10-14
			C, M2, 2026-10-15,
			D, M3, 2020-01-01, 2026-09-14
			D, M2, 2026-09-15,
			E, M3, 2020-01-01, 2026-09-13
			E, M2, 2026-09-14,
			F, M1, 2020-01-01,
			G, M2, 2020-01-01,
			H, M2, 2020-01-01,
			I, M2, 2026-10-02,
			J, M2, 2020-01-01,
			L, M2, 2020-01-01,
			N, M2, 2020-01-01,
			S, M2, 2020-01-01,`,
		"services": `service_id, customer_id, product, started_on, ended_on
			A1, A, 专线, 2020-01-01, 2026-10-05
			A2, A, 专线, 2020-01-01,
			B1, B, 专线, 2020-01-01,
			C1, C, 专线, 2020-01-01, 2026-10-31
			D1, D, 专线, 2020-01-01, 2026-10-15
			E1, E, 专线, 2020-01-01, 2026-10-15
			F1, F, 专线, 2020-01-01,
			G1, G, 专线, 2020-01-01,
			H1, H, 专线, 2020-01-01,
			I1, I, 专线, 2020-01-01,
			J1, J, 专线, 2026-10-02,
			L1, L, 专线, 2020-01-01, 2026-10-01
			N1, N, 专线, 2020-01-01, 2026-09-30
			S1, S, 专线, 2020-01-01,`,
		"cases": `case_id, customer_id, kind, created_at
			K1, A, consult, 2026-09-03 08:00:00`,
	}, "m_g1")
	// October has 31 days. A keeps one of two services. B ends on 10-20, whatever its service says.
	// C: last day 10-31, so not active on 11-01: lost 16 days after the hand-over. M1's own 14 days stay his, M2's 17 days
	// go back to M1, who left on 10-20: leaver. D is lost 30 days after the hand-over: all of it M3's; E after 31: M2's.
	// F is merged on 10-10: 9 days of its own M1, 22 of the survivor's M2, kept because A is. G moved out, H was split off,
	// I had no owner on 10-01. J came on 10-02 and N's last day was 09-30: not of this list. L's last day is 10-01: of the
	// list and lost. S is suspended: active.
	want(t, r, "m_g1"+october, verdict,
		"A|M2|NULL|31|31|NULL",
		"B|M2|NULL|0|31|NULL",
		"C|M1|NULL|0|14|NULL",
		"C|NULL|leaver|0|17|NULL",
		"D|M3|NULL|0|31|NULL",
		"E|M2|NULL|0|31|NULL",
		"F|M1|NULL|9|9|NULL",
		"F|M2|NULL|22|22|NULL",
		"G|M2|NULL|NULL|NULL|moved_out",
		"H|M2|NULL|NULL|NULL|split",
		"I|NULL|no_owner|NULL|NULL|unassigned_at_start",
		"L|M2|NULL|0|31|NULL",
		"S|M2|NULL|31|31|NULL",
	)
	edge(t, 28, "merged with another manager's customer, the survivor's owner from the merger on", r, "m_g1"+october+" and subject_id in ('A', 'F')", verdict,
		"A|M2|NULL|31|31|NULL", "F|M1|NULL|9|9|NULL", "F|M2|NULL|22|22|NULL")
	// Company: retained A, F, S of A B C D E F L S = 3 of 8.
	if diff := cmp.Diff([]string{"93|248"}, r.Query("select sum(num), sum(den) from m_g1"+october)); diff != "" {
		t.Error(diff)
	}
}

// TestG1_mergedOnTheFirst: who is merged on the first of a month is kept by the month before when the survivor is there
// on that day, and is not in the list of the new month.
func TestG1_mergedOnTheFirst(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"customers":   "customer_id, name, status, ended_on, merged_into, merged_at\nA, a, , , ,\nC, c, cancelled, 2026-10-01, A, 2026-10-01 10:00:00",
		"assignments": "customer_id, manager_id, valid_from\nA, M2, 2020-01-01\nC, M1, 2020-01-01",
		"services":    "service_id, customer_id, product, started_on, ended_on\nA1, A, 专线, 2020-01-01,\nC1, C, 专线, 2020-01-01, 2026-10-01",
		"cases":       "case_id, customer_id, kind, created_at\nK1, A, consult, 2026-09-01 08:00:00",
	}, "m_g1")
	// September's list has both; C is kept because A is active on 10-01. October's list has A alone.
	want(t, r, "m_g1 where period_kind = 'month'", append([]string{"anchor_on"}, verdict...),
		"2026-09-01|A|M2|NULL|30|30|NULL", "2026-09-01|C|M1|NULL|30|30|NULL",
		"2026-10-01|A|M2|NULL|31|31|NULL")
}

// TestG1_unownedAfterLoss: a roster ends an assignment when the customer goes; the days after it are still the days of
// whoever answered for the customer when it went.
func TestG1_unownedAfterLoss(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"customers": "customer_id, name\nP, p\nQ, q\nT, t\nU, u\nV, v",
		"managers":  "manager_id, name, left_on\nM1, 甲, 2026-10-08\nM2, 乙,\nM3, 丙,",
		"assignments": `customer_id, manager_id, valid_from, valid_to
			P, M2, 2020-01-01, 2026-10-10
			Q, M3, 2020-01-01, 2026-09-24
			Q, M2, 2026-09-25, 2026-10-10
			T, M2, 2020-01-01, 2026-10-05
			U, M1, 2020-01-01, 2026-10-20
			V, M2, 2020-01-01, 2026-10-10
			V, M3, 2026-10-21,`,
		"services": `service_id, customer_id, product, started_on, ended_on
			P1, P, 专线, 2020-01-01, 2026-10-10
			Q1, Q, 专线, 2020-01-01, 2026-10-10
			T1, T, 专线, 2020-01-01, 2026-10-10
			U1, U, 专线, 2020-01-01, 2026-10-10
			V1, V, 专线, 2020-01-01, 2026-10-10`,
		"cases": "case_id, customer_id, kind, created_at\nK1, P, consult, 2026-09-03 08:00:00",
	}, "m_g1")
	// A row is a stretch of one account. P: all of October is M2's. Q was handed over 15 days before the loss: all of it is M3's. Nobody owned T on the day
	// it went: 5 days of M2, 26 of nobody. U's owner had left two days before it went: 8 days, then the leaver's 23, the
	// last 11 among them. V went on 10-10 and M3 has it from 10-21: owner-days are owner-days (R10), only unowned ones move.
	want(t, r, "m_g1"+october, verdict,
		"P|M2|NULL|0|10|NULL",
		"P|M2|NULL|0|21|NULL",
		"Q|M3|NULL|0|10|NULL",
		"Q|M3|NULL|0|21|NULL",
		"T|M2|NULL|0|5|NULL",
		"T|NULL|no_owner|0|26|NULL",
		"U|M1|NULL|0|8|NULL",
		"U|NULL|leaver|0|11|NULL",
		"U|NULL|leaver|0|12|NULL",
		"V|M2|NULL|0|10|NULL",
		"V|M2|NULL|0|10|NULL",
		"V|M3|NULL|0|11|NULL",
	)
}

// months writes one bill of 100 fen for each of the given months of 2026 up to October.
func months(customer string, numbers ...string) string {
	lines := ""
	for _, m := range numbers {
		lines += "\n" + customer + m + ", " + customer + ", 2026" + m + ", 2026-" + m + "-20, 2026-" + m + "-28, 100"
	}
	return lines
}

func TestG1_zeroRevenue(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"assignments": `customer_id, manager_id, valid_from
			X, M1, 2020-01-01
			Y, M1, 2020-01-01
			Z, M1, 2020-01-01
			R, M1, 2020-01-01`,
		"services": `service_id, customer_id, product, started_on
			X1, X, 专线, 2020-01-01
			Y1, Y, 专线, 2020-01-01
			Z1, Z, 专线, 2020-01-01
			R1, R, 专线, 2020-01-01`,
		"bills": "bill_id, customer_id, account_month, issued_on, due_on, amount_fen" +
			months("X", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10") +
			months("Y", "01", "02", "03", "04", "05", "08", "09", "10") +
			months("Z", "01", "02", "03", "04", "05", "06") +
			months("R", "01", "02", "03", "04", "08", "09", "10"),
	}, "m_g1", "fct_activity")
	// Y has two months without revenue: never churned. Z has none in July, August and September: lost when September
	// closes, decided on 07-01. R has none in May, June and July: lost in July, back when August has closed.
	want(t, r, "fct_activity", []string{"customer_id", "valid_from", "valid_to", "ended_why", "lost_on"},
		"R|2020-01-01|2026-08-01|zero_revenue|2026-05-01", "R|2026-09-01|2199-12-31|NULL|NULL",
		"X|2020-01-01|2199-12-31|NULL|NULL", "Y|2020-01-01|2199-12-31|NULL|NULL",
		"Z|2020-01-01|2026-10-01|zero_revenue|2026-07-01")
	columns := []string{"subject_id", "anchor_on", "num", "den"}
	want(t, r, "m_g1 where period_kind = 'month' and subject_id in ('Z', 'R') and anchor_on >= date '2026-07-01'", columns,
		"R|2026-07-01|0|31", "R|2026-09-01|30|30", "R|2026-10-01|31|31",
		"Z|2026-07-01|31|31", "Z|2026-08-01|31|31", "Z|2026-09-01|0|30")
	edge(t, 26, "two months without revenue are no churn, three are", r, "m_g1 where period_kind = 'month' and subject_id in ('Y', 'Z') and anchor_on = date '2026-09-01'",
		append(columns, "excluded_reason"), "Y|2026-09-01|30|30|NULL", "Z|2026-09-01|0|30|NULL")
	// A quarter is a cohort of its own: Z is of Q3's list and lost, R, of Q3's list, is back before it ends.
	want(t, r, "m_g1 where period_kind = 'quarter' and subject_id in ('Z', 'R') and anchor_on >= date '2026-07-01'", columns,
		"R|2026-07-01|92|92", "Z|2026-07-01|0|92")
}

// The worked example of the catalogue: base a 100, b 200, c 50 and now a 120, b 150, c 0 (yuan a month).
func TestG2G3_worked(t *testing.T) {
	bills := "bill_id, customer_id, account_month, issued_on, due_on, amount_fen"
	for _, m := range []string{"04", "05", "06"} {
		bills += "\na" + m + ", A, 2026" + m + ", 2026-" + m + "-20, 2026-" + m + "-28, 10000"
		bills += "\nb" + m + ", B, 2026" + m + ", 2026-" + m + "-20, 2026-" + m + "-28, 20000"
		bills += "\nc" + m + ", C, 2026" + m + ", 2026-" + m + "-20, 2026-" + m + "-28, 5000"
	}
	for _, m := range []string{"07", "08", "09"} {
		bills += "\na" + m + ", A, 2026" + m + ", 2026-" + m + "-20, 2026-" + m + "-28, 12000"
		bills += "\nb" + m + ", B, 2026" + m + ", 2026-" + m + "-20, 2026-" + m + "-28, 15000"
	}
	r := modeltest.Run(t, modeltest.Given{
		"assignments": `customer_id, manager_id, valid_from, valid_to
			A, M1, 2020-01-01, 2026-07-15
			A, M2, 2026-07-16,
			B, M1, 2020-01-01,
			C, M2, 2020-01-01,`,
		"services": `service_id, customer_id, product, started_on
			A1, A, 专线, 2020-01-01
			B1, B, 专线, 2020-01-01
			C1, C, 专线, 2020-01-01`,
		"bills": bills,
	}, "m_g2", "m_g3")
	quarter := " where period_kind = 'quarter' and anchor_on = date '2026-07-01'"
	columns := []string{"subject_id", "manager_id", "num", "den"}
	// Q3 has 92 days; the three months of a window in fen. A: base 30,000, now 36,000, capped at 30,000, split 15 and 77
	// days: 450,000 and 2,310,000. B: 45,000 of 60,000 times 92: 4,140,000 of 5,520,000. C: 0 of 15,000 times 92: 1,380,000.
	want(t, r, "m_g2"+quarter, columns,
		"A|M1|450000|450000", "A|M2|2310000|2310000", "B|M1|4140000|5520000", "C|M2|0|1380000")
	// NRR does not cap A: 36,000 times 15 and 77 days: 540,000 and 2,772,000.
	want(t, r, "m_g3"+quarter, columns,
		"A|M1|540000|450000", "A|M2|2772000|2310000", "B|M1|4140000|5520000", "C|M2|0|1380000")
	// GRR 250/350 = 71.43 %, NRR 270/350 = 77.14 %.
	if diff := cmp.Diff([]string{"0.7143|0.7714"}, r.Query("select round((select sum(num) / sum(den) from m_g2"+quarter+
		"), 4), round((select sum(num) / sum(den) from m_g3"+quarter+"), 4)")); diff != "" {
		t.Error(diff)
	}
	// July's base window is April to June, June's would begin before the first loaded month.
	want(t, r, "m_g2 where period_kind = 'month' and anchor_on = date '2026-06-01'", []string{"subject_id", "excluded_reason"},
		"A|no_history", "B|no_history", "C|no_history")
}

func TestG2_edges(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"customers": `customer_id, name, merged_into, merged_at
			A, a, ,
			M, m, A, 2026-08-15 09:00:00`,
		"assignments": `customer_id, manager_id, valid_from
			A, M1, 2020-01-01
			M, M2, 2020-01-01
			N, M1, 2020-01-01
			O, M1, 2020-01-01
			P, M1, 2020-01-01`,
		"services": `service_id, customer_id, product, started_on
			A1, A, 专线, 2020-01-01
			M1, M, 专线, 2020-01-01
			N1, N, 专线, 2020-01-01
			O1, O, 专线, 2020-01-01
			P1, P, 专线, 2020-01-01`,
		"bills": `bill_id, customer_id, account_month, issued_on, due_on, amount_fen, kind, ref_bill, recurring, project
			a1, A, 202604, 2026-04-20, 2026-05-01, 300, , , ,
			m1, M, 202604, 2026-04-20, 2026-05-01, 100, , , ,
			a2, A, 202608, 2026-08-20, 2026-09-01, 360, , , ,
			o1, O, 202604, 2026-04-20, 2026-05-01, 100, , , false,
			o2, O, 202604, 2026-04-20, 2026-05-01, 100, , , , true
			m7, M, 202607, 2026-07-20, 2026-08-01, 60, , , ,
			m9, M, 202609, 2026-09-20, 2026-10-01, 40, , , ,
			p1, P, 202604, 2026-04-20, 2026-05-01, 100, , , true,
			p2, P, 202607, 2026-07-20, 2026-08-01, 90, , , ,
			p3, P, 202608, 2026-08-20, 2026-09-01, 20, credit_note, p1, ,
			p4, P, 202609, 2026-09-20, 2026-10-01, 50, adjust, , ,
			p5, P, 202609, 2026-09-20, 2026-10-01, 100, credit_note, p2, ,
			x1, X, 202610, 2026-10-20, 2026-11-01, 1, , , ,`,
	}, "m_g2", "fct_bills")
	// M was merged into A on 08-15: one row, base 300 + 100 = 400, now 360 + 60 + 40 = 460 (M's bills of before and after
	// the merger), capped at 400, A's owner; M's own row says merged.
	// N has no bills, O only a one-off and a project bill: base 0.
	// P: the note p3 of August corrects April's bill (80 left), p5 takes 100 off July's 90: 0 left and no less.
	want(t, r, "m_g2 where period_kind = 'quarter' and anchor_on = date '2026-07-01'", verdict,
		"A|M1|NULL|36800|36800|NULL", // 400 x 92 of 400 x 92
		"M|M2|NULL|NULL|NULL|merged",
		"N|M1|NULL|NULL|NULL|no_base",
		"O|M1|NULL|NULL|NULL|no_base",
		"P|M1|NULL|4600|7360|NULL", // September's adjustment of 50 x 92 of 80 x 92
	)
	// October's list has A only. Its base, July to September, is 360 + 60 + 40 = 460 with M's July of before the merger; now,
	// August to October, 360 + 40 = 400.
	want(t, r, "m_g2"+october+" and customer_id in ('A', 'M')", verdict, "A|M1|NULL|12400|14260|NULL") // 400 and 460 x 31
	want(t, r, "fct_bills where customer_id = 'P'", []string{"bill_id", "booked_ym", "net_fen"},
		"p1|202604|80", "p2|202607|0", "p3|202604|0", "p4|202609|50", "p5|202607|0")
}

func TestK1K2(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": `manager_id, name, team, reports_to
			M1, 甲, T1, B1
			M2, 乙, T2, B1
			M3, 丁, T3, B2
			B1, 丙, T0,`,
		"customers": `customer_id, name, merged_into, merged_at, split_from, first_active_on
			Am, m, S, 2026-08-01 09:00:00, ,
			S, s, , , ,
			Y, y, , , Z, 2026-08-01
			Z, z, , , ,`,
		"assignments": `customer_id, manager_id, valid_from, valid_to
			A, M1, 2020-01-01,
			B, M1, 2020-01-01,
			C, M1, 2020-01-01,
			D, M1, 2020-01-01,
			E, M1, 2020-01-01,
			F, M1, 2020-01-01,
			G, M1, 2020-01-01, 2026-08-16
			G, M2, 2026-08-17,
			H, M1, 2020-01-01, 2026-08-17
			H, M2, 2026-08-18,
			I, M1, 2020-01-01, 2026-08-10
			I, M2, 2026-08-11, 2026-09-10
			I, M3, 2026-09-11,
			J, M1, 2020-01-01,
			K, M1, 2020-01-01,
			L, M1, 2020-01-01,
			O, M1, 2020-01-01,
			P, M1, 2020-01-01,
			Q, M1, 2020-01-01,
			V, M1, 2020-01-01,
			S, M1, 2020-01-01,
			Am, M1, 2020-01-01,
			Y, M1, 2020-01-01,
			Z, M1, 2020-01-01,`,
		"services": `service_id, customer_id, product, started_on, ended_on
			sA, A, 专线, 2020-01-01,
			sB, B, 专线, 2020-01-01,
			sC, C, 专线, 2020-01-01,
			sD, D, 专线, 2020-01-01,
			sE, E, 专线, 2020-01-01,
			sF, F, 专线, 2020-01-01,
			sG, G, 专线, 2020-01-01,
			sH, H, 专线, 2020-01-01,
			sI, I, 专线, 2020-01-01,
			sJ, J, 专线, 2020-01-01,
			sK, K, 专线, 2020-01-01, 2026-09-30
			sL, L, 专线, 2026-07-02,
			sO, O, 专线, 2020-01-01,
			sP, P, 专线, 2020-01-01,
			sQ, Q, 专线, 2020-01-01,
			sV, V, 专线, 2020-01-01,
			sS, S, 专线, 2020-01-01,
			sAm, Am, 专线, 2020-01-01,
			sY, Y, 专线, 2026-08-01,
			sZ, Z, 专线, 2020-01-01,`,
		"tier_history": `customer_id, effective_from, tier, approved_at, approved_by, rule_version, reason
			A, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			A, 2026-09-30, 2, 2026-09-30 17:00:00, X, v1,
			B, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			B, 2026-09-01, 2, 2026-10-05 09:00:00, X, v1,
			C, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			C, 2026-07-10, 2, 2026-07-05 09:00:00, X, v1,
			C, 2026-09-10, 3, 2026-09-05 09:00:00, X, v1,
			D, 2025-01-01, 2, 2024-12-20 09:00:00, X, v1,
			D, 2026-09-10, 3, 2026-09-05 09:00:00, X, v1,
			E, 2025-01-01, 1, 2024-12-20 09:00:00, X, v1,
			F, 2026-07-02, 3, 2026-06-20 09:00:00, X, v1,
			G, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			H, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			I, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			J, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			J, 2026-08-01, 2, 2026-08-01 09:00:00, X, v2,
			K, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			L, 2026-07-05, 3, 2026-07-01 09:00:00, X, v1,
			O, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			O, 2026-08-01, 2, 2026-08-01 09:00:00, B1, v1, 人工调整
			P, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			P, 2026-08-01, 2, 2026-08-01 09:00:00, X, v1, 人工调整
			Q, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			Q, 2026-08-01, 2, 2026-08-01 09:00:00, B1, v1,
			V, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			V, 2026-07-01, 2, 2026-06-20 09:00:00, X, v1,
			S, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			S, 2026-08-01, 1, 2026-08-01 09:00:00, X, v1,
			Am, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			Z, 2025-01-01, 3, 2024-12-20 09:00:00, X, v1,
			Y, 2026-08-01, 3, 2026-08-01 09:00:00, X, v1,`,
		"cases": `case_id, customer_id, kind, created_at
			K1, A, consult, 2026-06-30 08:00:00`,
	}, "m_k1", "m_k2")
	// Q3 has 92 days. A improves on its last day. B's tier is approved after the quarter: not yet (next quarter). C goes up
	// and down again: no change. D goes down. E is tier 1 already: not in K1, in K2. F's tier holds from the second day.
	// G's last day is M2's, who has it from 08-17: 45 days. H: from 08-18, 44 days, so M1 with 48. I: 41 + 31 + 20 days.
	// J's tiers stand under two rule versions. K's last day is 09-30. L came on 07-02. O's override was approved by M1's own
	// boss: no upgrade; P's by somebody else, Q's is no override. V's tier holds from the first day: opening and closing.
	// S absorbed Am; Y was split off Z.
	lines := []string{
		"A|M1|NULL|1|1|NULL|3>2",
		"Am|M1|NULL|NULL|NULL|merged|3>lost",
		"B|M1|NULL|0|1|NULL|3>3",
		"C|M1|NULL|0|1|NULL|3>3",
		"D|M1|NULL|0|1|NULL|2>3",
		"E|M1|NULL|NULL|NULL|top_tier|1>1",
		"F|M1|NULL|NULL|NULL|no_opening_tier|none>3",
		"G|M2|NULL|0|1|NULL|3>3",
		"H|M1|NULL|0|1|NULL|3>3",
		"I|NULL|not_scored|0|1|NULL|3>3",
		"J|M1|NULL|NULL|NULL|rule_changed|3>2",
		"K|M1|NULL|NULL|NULL|lost|3>lost",
		"L|M1|NULL|NULL|NULL|new|new>3",
		"O|M1|NULL|0|1|NULL|3>2",
		"P|M1|NULL|1|1|NULL|3>2",
		"Q|M1|NULL|1|1|NULL|3>2",
		"S|M1|NULL|NULL|NULL|merged|3>1",
		"V|M1|NULL|0|1|NULL|2>2",
		"Y|M1|NULL|NULL|NULL|new|new>3",
		"Z|M1|NULL|NULL|NULL|split|3>3",
	}
	quarter := " where anchor_on = date '2026-07-01'"
	columns := append(verdict, "category")
	want(t, r, "m_k1"+quarter, columns, slices.Clone(lines)...)
	// K2: D counts -1, E is of the cohort.
	lines[4], lines[5] = "D|M1|NULL|-1|1|NULL|2>3", "E|M1|NULL|0|1|NULL|1>1"
	want(t, r, "m_k2"+quarter, columns, lines...)
}
