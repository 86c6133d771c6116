package transform_test

import (
	"testing"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// saveWorld has the key accounts A to H, M1's since 2020, with a service of 1,000 yuan each and bills of every month from
// May to October 2026, less those that more gives anew. 90 days after 2026-07-05 is 10-03: 26 days of July, 31 and 30.
func saveWorld(requests string, more modeltest.Given) modeltest.Given {
	g := modeltest.Given{
		"managers":        "manager_id, name, team, valid_from\nM1, 甲, T1,\nM2, 乙, T2,\nM2, 乙, T3, 2026-08-01",
		"customers":       "customer_id, name",
		"assignments":     "customer_id, manager_id, valid_from, valid_to",
		"services":        "service_id, customer_id, product, started_on, ended_on, monthly_fen",
		"bills":           "bill_id, customer_id, account_month, issued_on, due_on, amount_fen",
		"cases":           "case_id, customer_id, kind, created_at\nK0, Z, consult, 2026-05-01 08:00:00",
		"cancel_requests": requests,
	}
	for _, id := range []string{"A", "B", "C", "D", "E", "F", "G", "H"} {
		g["customers"] += "\n" + id + ", " + id
		g["assignments"] += "\n" + id + ", M1, 2020-01-01,"
		if id != "B" && id != "C" {
			g["services"] += "\n" + id + "1, " + id + ", 专线, 2020-01-01, , 100000"
		}
		for _, m := range []string{"05", "06", "07", "08", "09", "10"} {
			if id == "D" && m == "10" {
				continue // not billed any more
			}
			g["bills"] += "\n" + id + m + ", " + id + ", 2026" + m + ", 2026-" + m + "-27, 2026-11-30, 100000"
		}
	}
	for feed, rows := range more {
		g[feed] += rows
	}
	return g
}

func TestH1H3(t *testing.T) {
	g := saveWorld(`request_id, customer_id, at, notified_at, attempt_at, manager_id, services, reason, outcome, decided_at, concession_fen
		a1, A, 2026-07-05 09:00:00, , 2026-07-05 15:00:00, M2, A1, 价格, saved, 2026-07-06 09:00:00, 30000
		a2, A, 2026-10-03 09:00:00, , , , A1, 价格, , ,
		b1, B, 2026-07-05 09:00:00, , 2026-08-05 15:00:00, M2, 全部, 价格, saved, 2026-08-06 09:00:00, 5000
		c1, C, 2026-07-05 09:00:00, , , M2, , 价格, lost, 2026-07-06 09:00:00,
		d1, D, 2026-07-05 09:00:00, , , , , 价格, , ,
		e1, E, 2026-07-05 09:00:00, , , M2, , 误办, withdrawn, 2026-07-05 10:00:00,
		f1, F, 2026-07-05 09:00:00, , , , , 过户给子公司, , ,
		g1, G, 2026-08-02 09:00:00, , , , , 价格, , ,
		g2, G, 2026-08-03 09:00:00, , , , , 价格, , ,
		h1, H, 2026-07-05 09:00:00, , , , , 价格, , ,
		h2, H, 2026-08-01 09:00:00, , , , , 价格, saved, 2026-08-02 09:00:00,
		z1, Z, 2026-07-05 09:00:00, , , , , 价格, , ,`, modeltest.Given{
		"services": `
			B1, B, 专线, 2020-01-01, 2026-10-02, 100000
			B2, B, 短信, 2020-01-01, , 30000
			B3, B, 短信, 2020-01-01, 2026-06-30, 50000
			C1, C, 专线, 2020-01-01, 2026-10-03, 100000`,
		"key_accounts": "customer_id, from, to\nA, 2020-01-01,\nB, 2020-01-01, 2026-07-05\nC, 2026-07-05,\nD, 2020-01-01,\nE, 2020-01-01,\nF, 2020-01-01,\nG, 2020-01-01,\nH, 2020-01-01, 2026-07-04\nH, 2026-08-01,",
	})
	r := modeltest.Run(t, g, "m_h1", "m_h1_revenue", "m_h1_interim", "m_h3")
	columns := append(append([]string{}, verdict...), "team")
	// A keeps its service; M2 made the attempt, of team T2 in July. B keeps one of the two services that ran in July (its
	// last day of the other is the day before 10-03), M2 was of T3 by then. C's service ran until the very day: kept, though
	// nobody made an attempt: the owner's. D is not billed in October. E took the request back within the hour, nobody had
	// made contact: one case, nobody's (edge 27). F is a transfer. H was no key account on 07-05. Z was never one. A's
	// second request is 90 days after the first: one with it. G's of 08-02 is judged on 10-31; that of 08-03 a day
	// later, but it is one with the first anyhow.
	want(t, r, "m_h1 where anchor_on < date '2026-11-01'", columns,
		"a1|M2|NULL|1|1|NULL|T2", "b1|M2|NULL|0|1|NULL|T3", "c1|M1|NULL|1|1|NULL|T1", "d1|M1|NULL|0|1|NULL|T1",
		"e1|NULL|withdrawn_early|1|1|NULL|NULL", "f1|M1|NULL|NULL|NULL|transferred|T1", "g1|M1|NULL|1|1|NULL|T1",
		"h1|M1|NULL|NULL|NULL|not_key|T1", "h2|M1|NULL|1|1|NULL|T1", "z1|NULL|no_owner|NULL|NULL|not_key|NULL")
	edge(t, 27, "a request withdrawn within the hour is one case, nobody's and flagged", r, "m_h1 where subject_id in ('c1', 'e1')", verdict,
		"c1|M1|NULL|1|1|NULL", "e1|NULL|withdrawn_early|1|1|NULL")
	// B keeps 300 of 1,300 yuan, D nothing of 1,000.
	want(t, r, "m_h1_revenue where excluded_reason is null", []string{"subject_id", "num", "den"},
		"a1|100000|100000", "b1|30000|130000", "c1|100000|100000", "d1|0|100000", "e1|100000|100000", "g1|100000|100000", "h2|100000|100000")
	// What was given away is taken off: A 1,000 - 300. B was not saved, so its concession is not either.
	want(t, r, "m_h3 where excluded_reason is null", []string{"subject_id", "num"},
		"a1|70000", "b1|0", "c1|100000", "d1|0", "e1|100000", "g1|100000", "h2|100000")
	// At once: by what was decided, on the day of the request.
	want(t, r, "m_h1_interim where subject_id in ('a1', 'a2', 'b1', 'c1', 'd1', 'e1')", append([]string{"anchor_on"}, verdict...),
		"2026-07-05|a1|M2|NULL|1|1|NULL", "2026-10-03|a2|M1|NULL|NULL|NULL|repeat_request", "2026-07-05|b1|M2|NULL|1|1|NULL",
		"2026-07-05|c1|M1|NULL|0|1|NULL", "2026-07-05|d1|M1|NULL|NULL|NULL|undecided", "2026-07-05|e1|NULL|withdrawn_early|1|1|NULL")
}

// TestH1_merged: of a merged customer the survivor answers; a request 91 days after the first is one of its own.
func TestH1_merged(t *testing.T) {
	g := saveWorld("request_id, customer_id, at\nm1, M, 2026-07-05 09:00:00\na1, A, 2026-05-02 09:00:00\na2, A, 2026-08-01 09:00:00\na3, A, 2026-07-31 09:00:00", nil)
	g["customers"] = "customer_id, name, merged_into, merged_at\nA, a, ,\nM, m, A, 2026-08-01 09:00:00"
	g["assignments"] += "\nM, M2, 2020-01-01,"
	g["services"] += "\nM1, M, 专线, 2020-01-01, , 5000"
	// 05-02 to 07-31 is 90 days (29 + 30 + 31), to 08-01 91.
	want(t, modeltest.Run(t, g, "m_h1"), "m_h1", verdict,
		"a1|M1|NULL|1|1|NULL", "a2|M1|NULL|1|1|NULL", "a3|M1|NULL|NULL|NULL|repeat_request", "m1|M2|NULL|1|1|NULL")
	r := modeltest.Setup{Rules: "version: t\nparams:\n  - {name: churn_zero_months, value: 3}\n"}.Run(t, g, "m_h1")
	want(t, r, "m_h1 where subject_id = 'm1'", append([]string{"anchor_on"}, verdict...), "2026-07-05|m1|M2|NULL|NULL|NULL|rule_unset")
}

// TestH2: two clocks, two owners. The limits are two and four working hours; hours are 08:30-12:00 and 14:00-18:00.
func TestH2(t *testing.T) {
	g := saveWorld(`request_id, customer_id, at, notified_at, attempt_at, outcome, decided_at
		a, A, 2026-10-16 17:00:00, 2026-10-19 09:30:00, 2026-10-19 15:30:00, ,
		b, B, 2026-10-16 17:00:00, 2026-10-19 09:30:01, 2026-10-19 15:30:02, ,
		c, C, 2026-10-16 17:00:00, , , ,
		d, D, 2026-10-16 17:00:00, , , withdrawn, 2026-10-19 09:30:00
		e, E, 2026-10-16 17:00:00, , , withdrawn, 2026-10-19 09:30:01
		f, F, 2026-10-30 17:00:00, 2026-10-30 17:00:00, , ,
		g, G, 2026-10-31 17:00:00, , , ,
		h, H, 2026-10-16 17:00:00, , 2026-10-16 17:30:00, ,`, modeltest.Given{})
	g["assignments"] += "\nX, M1, 2020-01-01,"
	r := modeltest.Run(t, g, "m_h2_hall", "m_h2_manager")
	due := append([]string{"due_at"}, verdict...)
	// From Friday 17:00 one hour is left; the second one ends on Monday 09:30. The manager has four from 09:30: 2.5 to noon,
	// 1.5 to 15:30. b is a second late, twice. d was taken back by the time the notice was due, e a second later. f's notice
	// came at once. g, asked on Saturday, is due on Monday 11-02, after the run. h was called without a notice.
	want(t, r, "m_h2_hall", due,
		"2026-10-19 09:30:00|a|NULL|hall|1|1|NULL", "2026-10-19 09:30:00|b|NULL|hall|0|1|NULL", "2026-10-19 09:30:00|c|NULL|hall|0|1|NULL",
		"2026-10-19 09:30:00|d|NULL|hall|NULL|NULL|withdrawn", "2026-10-19 09:30:00|e|NULL|hall|0|1|NULL",
		"2026-10-19 09:30:00|h|NULL|hall|1|1|NULL")
	// f: one hour on Friday, three on Monday 11-02: not due yet by 11-01.
	want(t, r, "m_h2_manager", due[1:],
		"a|M1|NULL|1|1|NULL", "b|M1|NULL|0|1|NULL", "c|M1|NULL|NULL|NULL|not_notified", "d|M1|NULL|NULL|NULL|not_notified",
		"e|M1|NULL|NULL|NULL|not_notified", "g|M1|NULL|NULL|NULL|not_notified", "h|M1|NULL|NULL|NULL|not_notified")
	rules := "version: t\nparams:\n  - {name: save_days, value: 90}\nlimits:\n  - {rule: save_notice, limit: 1 working_days}\n"
	r = modeltest.Setup{Rules: rules}.Run(t, g, "m_h2_hall", "m_h2_manager")
	// In working days a Friday's notice is due until Monday ends; Saturday's, too, would be on Monday 11-02.
	want(t, r, "m_h2_hall where subject_id in ('b', 'c', 'g')", append([]string{"anchor_on"}, due...),
		"2026-10-19|2026-10-20|b|NULL|hall|1|1|NULL", "2026-10-19|2026-10-20|c|NULL|hall|0|1|NULL")
	want(t, r, "m_h2_manager where subject_id = 'a'", due, "NULL|a|M1|NULL|NULL|NULL|rule_unset")
}
