package transform_test

import (
	"testing"

	"github.com/kamlens/kamlens/transform/modeltest"
)

const complaintRules = `
version: v1
limits:
  - {rule: complaint_answer, kind: complaint, severity: normal, limit: 2 working_days}
  - {rule: callback, kind: complaint, limit: 2 working_days}
params:
  - {name: reopen_window_days, value: 7}
  - {name: complaint_statutory_days, value: 15}
  - {name: repeat_complaint_days, value: 30}
`

func complaintSetup() modeltest.Setup { return modeltest.Setup{Rules: complaintRules} }

func TestD2(t *testing.T) {
	r := complaintSetup().Run(t, modeltest.Given{
		"managers": "manager_id, name\nM1, 甲\nM2, 乙",
		"assignments": `customer_id, manager_id, valid_from, valid_to
			H, M1, 2020-01-01, 2026-10-11
			H, M2, 2026-10-12,`,
		"cases": `case_id, customer_id, kind, severity, created_at, resolved_at, reopened_at, manager_id, recoded_at, recoded_by, dup_of
			a1, C, complaint, normal, 2026-10-09 09:00:00, 2026-10-12 20:00:00, , , , ,
			a2, C, complaint, normal, 2026-10-09 09:00:00, 2026-10-13 00:00:00, , , , ,
			a3, C, complaint, normal, 2026-10-09 09:00:00, 2026-10-24 23:59:59, , , , ,
			a4, C, complaint, normal, 2026-10-09 09:00:00, 2026-10-25 00:00:00, , , , ,
			a5, C, complaint, normal, 2026-10-16 09:00:00, , , , , ,
			a6, C, complaint, normal, 2026-10-17 09:00:00, , , , , ,
			b1, C, complaint, normal, 2026-10-09 09:00:00, 2026-10-12 20:00:00, 2026-10-15 09:00:00, , , ,
			c1, C, complaint, normal, 2026-10-09 09:00:00, 2026-10-22 23:00:00, , , , ,
			d1, C, complaint, normal, 2026-10-09 09:00:00, , , M1, 2026-10-10 09:00:00, X9,
			d2, C, complaint, normal, 2026-10-09 09:00:00, , , M1, 2026-10-10 09:00:01, X9,
			d3, C, complaint, normal, 2026-10-09 09:00:00, , , , , , a1
			e1, C, complaint, high, 2026-10-09 09:00:00, 2026-10-10 09:00:00, , , , ,
			f1, C, fault, normal, 2026-10-09 09:00:00, , , , , ,
			h1, H, complaint, normal, 2026-10-09 09:00:00, 2026-10-10 09:00:00, , , , ,
			h2, H, complaint, normal, 2026-10-09 09:00:00, , , , , ,`,
		"case_events": `case_id, at, type, reason
			c1, 2026-10-09 10:00:00, pause, 待客户
			c1, 2026-10-20 10:00:00, resume,`,
	}, "m_d2", "m_d2_statutory")
	// From Friday the 9th the 10th and the 12th, until its end. b1: reopened within the window, the answer is void. c1: waiting from the
	// 9th to the 20th takes eight working days off (10, 12-16, 19, 20): due on the 22nd. d: recoded by another within 24 hours, and a
	// second later. e1: no limit for high. a5: from Friday the 16th, due on Tuesday the 20th; so is a6, of a free Saturday.
	want(t, r, "m_d2 where subject_id not like 'h%'", due,
		"a1|2026-10-12|1|1|NULL", "a2|2026-10-12|0|1|NULL", "a3|2026-10-12|0|1|NULL", "a4|2026-10-12|0|1|NULL",
		"a5|2026-10-20|0|1|NULL", "a6|2026-10-20|0|1|NULL", "b1|2026-10-12|0|1|NULL", "c1|2026-10-22|1|1|NULL",
		"d1|2026-10-12|NULL|NULL|recoded", "d2|2026-10-12|0|1|NULL", "d3|2026-10-12|NULL|NULL|duplicate", "e1|2026-10-09|NULL|NULL|rule_unset")
	// 15 days after the 9th is the 24th, until its end, whatever was waited for and whatever the severity. a5: the 31st is over on the
	// business instant, a6: 11-01 is not.
	want(t, r, "m_d2_statutory where subject_id not like 'h%'", due,
		"a1|2026-10-24|1|1|NULL", "a2|2026-10-24|1|1|NULL", "a3|2026-10-24|1|1|NULL", "a4|2026-10-24|0|1|NULL",
		"a5|2026-10-31|0|1|NULL", "b1|2026-10-24|0|1|NULL", "c1|2026-10-24|1|1|NULL",
		"d1|2026-10-24|NULL|NULL|recoded", "d2|2026-10-24|0|1|NULL", "d3|2026-10-24|NULL|NULL|duplicate", "e1|2026-10-24|1|1|NULL")
	// Answered on the 10th, M1's; due on the 12th or the 24th, M2's.
	for _, m := range []string{"m_d2", "m_d2_statutory"} {
		want(t, r, m+" where subject_id like 'h%'", []string{"subject_id", "manager_id", "num"}, "h1|M1|1", "h2|M2|0")
	}
}

// TestEdge39_noComplaints: nobody complained: nothing to answer, which is not 100 %.
func TestEdge39_noComplaints(t *testing.T) {
	r := complaintSetup().Run(t, modeltest.Given{
		"cases": "case_id, customer_id, kind, created_at\na1, C, request, 2026-10-09 09:00:00\na2, C, complaint, 2026-10-09 09:00:00",
	}, "m_d2")
	want(t, r, "(select sum(num) as n, sum(den) as d from m_d2 where subject_id = 'a1')", []string{"n", "d"}, "NULL|NULL")
	want(t, r, "m_d2", due, "a2|2026-10-12|0|1|NULL")
}

// callbackCases are complaints that were resolved on Friday 10-09 at 10:00.
const callbackCases = `case_id, customer_id, kind, created_at, resolved_at, manager_id, callback_at, callback_by, callback_result, reopened_at
	a1, C, complaint, 2026-10-08 09:00:00, 2026-10-09 10:00:00, M1, 2026-10-12 20:00:00, X1, satisfied,
	a2, C, complaint, 2026-10-08 09:00:00, 2026-10-09 10:00:00, M1, 2026-10-13 00:00:00, X1, satisfied,
	a3, C, complaint, 2026-10-08 09:00:00, 2026-10-09 10:00:00, M1, 2026-10-12 10:00:00, X1, unreached,
	a4, C, complaint, 2026-10-08 09:00:00, 2026-10-09 10:00:00, M1, 2026-10-12 10:00:00, X1, unsolved,
	a5, C, complaint, 2026-10-08 09:00:00, 2026-10-09 10:00:00, M1, 2026-10-12 10:00:00, M1, refused,
	a6, C, complaint, 2026-10-08 09:00:00, 2026-10-09 10:00:00, M1, , , ,
	a7, C, complaint, 2026-10-08 09:00:00, 2026-10-09 10:00:00, M1, , , ,
	a8, C, complaint, 2026-10-08 09:00:00, 2026-10-09 10:00:00, M1, , , ,
	a9, C, complaint, 2026-10-08 09:00:00, 2026-10-09 10:00:00, M1, , , , 2026-10-12 09:00:00
	b1, C, complaint, 2026-10-08 09:00:00, 2026-10-09 10:00:00, M1, , , , 2026-10-13 09:00:00
	b2, C, complaint, 2026-10-08 09:00:00, 2026-10-09 10:00:00, M1, , , ,
	b3, C, complaint, 2026-10-08 09:00:00, 2026-10-09 10:00:00, M1, 2026-10-12 10:00:00, X1, unsatisfied,
	b4, C, complaint, 2026-10-08 09:00:00, 2026-10-28 10:00:00, M1, , , ,
	b5, C, complaint, 2026-10-08 09:00:00, 2026-10-29 10:00:00, M1, , , ,
	b6, C, complaint, 2026-10-08 09:00:00, , M1, , , ,
	b7, C, fault, 2026-10-08 09:00:00, 2026-10-09 10:00:00, M1, 2026-10-12 10:00:00, X1, satisfied,`

const callbackTries = `case_id, at, type, actor_id
	a7, 2026-10-09 11:59:59, callback_try, X1
	a7, 2026-10-09 12:00:00, callback_try, X1
	a7, 2026-10-12 20:00:00, callback_try, X1
	a8, 2026-10-09 11:00:00, callback_try, X1
	a8, 2026-10-09 11:30:00, callback_try, X1
	a8, 2026-10-12 20:00:00, callback_try, X1
	b2, 2026-10-09 11:00:00, callback_try, X1
	b2, 2026-10-09 15:00:00, callback_try, X1
	b2, 2026-10-13 00:00:00, callback_try, X1`

func TestD3(t *testing.T) {
	r := complaintSetup().Run(t, modeltest.Given{"cases": callbackCases, "case_events": callbackTries},
		"m_d3", "m_d3_attempted", "m_d4")
	// Due at the end of the 12th. a4: "not solved" is an answer, and reopens the case. a9: the customer reopened before it was due, b1
	// after it. b4: due on Friday the 30th, b5 in November, b6 not resolved, b7 no complaint.
	want(t, r, "m_d3", due,
		"a1|2026-10-12|1|1|NULL", "a2|2026-10-12|0|1|NULL", "a3|2026-10-12|0|1|NULL", "a4|2026-10-12|1|1|NULL", "a5|2026-10-12|1|1|NULL",
		"a6|2026-10-12|0|1|NULL", "a7|2026-10-12|0|1|NULL", "a8|2026-10-12|0|1|NULL", "a9|2026-10-12|NULL|NULL|ended", "b1|2026-10-12|0|1|NULL",
		"b2|2026-10-12|0|1|NULL", "b3|2026-10-12|1|1|NULL", "b4|2026-10-30|0|1|NULL")
	// a7: before noon, from noon on, and on the 12th: three half-days. a8: two. b2: the third a day late.
	want(t, r, "m_d3_attempted where subject_id in ('a1', 'a3', 'a7', 'a8', 'a9', 'b2')", due,
		"a1|2026-10-12|1|1|NULL", "a3|2026-10-12|0|1|NULL", "a7|2026-10-12|1|1|NULL", "a8|2026-10-12|0|1|NULL",
		"a9|2026-10-12|NULL|NULL|ended", "b2|2026-10-12|0|1|NULL")
	// By the day of the call; who refuses to rate is kept apart, who was not reached is no row.
	want(t, r, "m_d4", due, "a1|2026-10-12|1|1|NULL", "a2|2026-10-13|1|1|NULL", "a4|2026-10-12|0|1|NULL",
		"a5|2026-10-12|NULL|NULL|unrated", "b3|2026-10-12|0|1|NULL")
}

// Where the rules ask for another caller, the handler's own call-back does not close the loop.
func TestD3_otherCaller(t *testing.T) {
	setup := complaintSetup()
	setup.Rules += "  - {name: callback_by_other, value: 1}\n"
	r := setup.Run(t, modeltest.Given{"cases": callbackCases}, "m_d3")
	want(t, r, "m_d3 where subject_id in ('a1', 'a5')", due, "a1|2026-10-12|1|1|NULL", "a5|2026-10-12|0|1|NULL")
}

// A complaint that is solved again is owed another call-back, by its last resolve.
func TestD3_solvedAgain(t *testing.T) {
	r := complaintSetup().Run(t, modeltest.Given{
		"managers": "manager_id, name\nM1, 甲\nM2, 乙",
		"assignments": `customer_id, manager_id, valid_from, valid_to
			H, M1, 2020-01-01, 2026-10-12
			H, M2, 2026-10-13,`,
		"cases": `case_id, customer_id, kind, created_at, callback_at, callback_result
			a, C, complaint, 2026-10-08 09:00:00, ,
			h, H, complaint, 2026-10-08 09:00:00, 2026-10-13 10:00:00, satisfied`,
		"case_events": `case_id, at, type
			a, 2026-10-09 10:00:00, resolve
			a, 2026-10-10 10:00:00, callback_ok
			a, 2026-10-12 09:00:00, reopen
			a, 2026-10-13 10:00:00, resolve
			a, 2026-10-16 10:00:00, callback_ok
			h, 2026-10-12 10:00:00, resolve`,
	}, "m_d3", "m_d4")
	// a: solved on Tuesday the 13th, due on the 15th, called a day late: the call of the 10th was about the resolve before.
	// h: due on the 14th, called on the 13th, when he was M2's; the satisfaction is that with M1, whose he was when it was solved.
	who := append(append([]string{}, due...), "manager_id")
	want(t, r, "m_d3", who, "a|2026-10-15|0|1|NULL|NULL", "h|2026-10-14|1|1|NULL|M2")
	want(t, r, "m_d4", who, "h|2026-10-13|1|1|NULL|M1")
}

// TestD4_opensAgain: a call-back that hears "not solved" after the window opens another complaint; what it says is about the one before.
func TestD4_opensAgain(t *testing.T) {
	r := complaintSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, created_at, resolved_at, callback_at, callback_result
			a, C, complaint, 2026-09-01 09:00:00, 2026-09-02 10:00:00, 2026-09-14 10:00:00, unsolved
			b, C, complaint, 2026-09-01 09:00:00, 2026-09-02 10:00:00, 2026-09-09 10:00:00, unsolved`,
	}, "m_d3", "m_d4", "m_d1")
	// a: twelve days later; b: on the seventh day, so that its resolve was none. The call-backs were due two working days after the 2nd.
	want(t, r, "m_d1 where num = 1", []string{"subject_id"}, "a", "a#2", "b")
	want(t, r, "m_d4", due, "a|2026-09-14|0|1|NULL", "b|2026-09-09|0|1|NULL")
	want(t, r, "m_d3", due, "a|2026-09-04|0|1|NULL", "b|2026-09-04|0|1|NULL")
}

func TestD5(t *testing.T) {
	r := complaintSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, category, created_at, merged_into, resolved_at, reopened_at
			a1, A, complaint, 账单, 2026-09-01 09:00:00, , ,
			a2, A, complaint, 账单, 2026-10-01 23:00:00, , ,
			b1, B, complaint, 账单, 2026-08-31 23:00:00, , ,
			b2, B, complaint, 账单, 2026-10-01 09:00:00, , ,
			c1, C, complaint, 账单, 2026-09-20 09:00:00, , ,
			c2, C, complaint, 网络, 2026-10-01 09:00:00, , ,
			c3, D, complaint, 账单, 2026-10-01 09:00:00, , ,
			d1, E, complaint, 账单, 2026-09-20 09:00:00, d2, ,
			d2, E, complaint, 账单, 2026-10-01 09:00:00, , ,
			e1, F, request, 账单, 2026-09-20 09:00:00, , ,
			e2, F, complaint, 账单, 2026-10-01 09:00:00, , ,
			f1, G, complaint, , 2026-10-01 09:00:00, , ,
			f2, G, complaint, , 2026-10-01 10:00:00, , ,
			g1, H, complaint, 账单, 2026-10-01 09:00:00, , 2026-10-02 09:00:00, 2026-10-10 09:00:00`,
	}, "m_d5")
	// a: 30 days; b: 31. c: other categories, other customers. d1 was merged into d2, which has its creation of 09-20 now.
	// e1 is a request. f: without a category. g1#2: the same complaint, back after the window of seven days.
	want(t, r, "m_d5", due,
		"a1|2026-09-01|0|1|NULL", "a2|2026-10-01|1|1|NULL", "b1|2026-08-31|0|1|NULL", "b2|2026-10-01|0|1|NULL",
		"c1|2026-09-20|0|1|NULL", "c2|2026-10-01|0|1|NULL", "c3|2026-10-01|0|1|NULL",
		"d1|2026-09-20|NULL|NULL|merged", "d2|2026-09-20|0|1|NULL", "e2|2026-10-01|0|1|NULL",
		"f1|2026-10-01|0|1|NULL", "f2|2026-10-01|1|1|NULL", "g1#2|2026-10-10|1|1|NULL", "g1|2026-10-01|0|1|NULL")
}

func TestD6(t *testing.T) {
	r := complaintSetup().Run(t, modeltest.Given{
		"managers":    "manager_id, name\nM1, 甲",
		"assignments": "customer_id, manager_id, valid_from\nA, M1, 2020-01-01",
		"customers": `customer_id, name, users, first_active_on, region
			A, 甲公司, 300, 2020-01-01, 东区
			B, 乙公司, 700, 2026-10-02, 东区
			C, 丙公司, , 2020-01-01, 东区`,
		"cases": `case_id, customer_id, kind, created_at, regulator, is_test
			k0, A, complaint, 2026-06-30 09:00:00, true,
			k1, A, complaint, 2026-10-01 00:00:00, true,
			k2, B, complaint, 2026-09-30 23:59:59, true,
			k3, B, complaint, 2026-10-02 09:00:00, false,
			k4, B, complaint, 2026-10-02 09:00:00, true, true`,
	}, "m_d6")
	// The data begin on 30 June: the second quarter, which began before them, has no row. The fourth has k1; B came a day too late for its users. The third quarter has k2 and A's users. Nobody's but the company's.
	want(t, r, "m_d6", []string{"anchor_on", "subject_id", "num", "den", "excluded_reason", "manager_id", "unassigned_reason"},
		"2026-07-01|A|0|300|NULL|NULL|company_only", "2026-07-01|C|0|0|NULL|NULL|company_only", "2026-07-01|k2|1|0|NULL|NULL|company_only",
		"2026-10-01|A|0|300|NULL|NULL|company_only", "2026-10-01|C|0|0|NULL|NULL|company_only", "2026-10-01|k1|1|0|NULL|NULL|company_only",
		"2026-10-01|k4|NULL|NULL|test|NULL|company_only")
}

func TestD7(t *testing.T) {
	r := complaintSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, created_at, closed_at, is_test
			a1, C, complaint, 2026-10-08 09:00:00, 2026-10-12 10:00:00,
			a2, C, complaint, 2026-10-08 09:00:00, 2026-10-12 10:00:00,
			a3, C, complaint, 2026-10-08 09:00:00, 2026-10-12 10:00:00,
			a4, C, complaint, 2026-10-08 09:00:00, ,
			a5, C, complaint, 2026-10-08 09:00:00, 2026-10-12 10:00:00, true
			b1, C, fault, 2026-10-08 09:00:00, 2026-10-12 10:00:00,
			c1, C, request, 2026-10-08 09:00:00, 2026-10-12 10:00:00,
			d1, C, complaint, 2026-10-08 09:00:00, ,
			e1, C, complaint, 2026-10-08 09:00:00, ,`,
		"case_events": `case_id, at, type
			a2, 2026-10-12 09:00:00, transfer
			a2, 2026-10-12 10:00:00, transfer
			a3, 2026-10-12 10:00:01, transfer
			b1, 2026-10-09 09:00:00, transfer
			d1, 2026-10-09 09:00:00, resolve
			d1, 2026-10-09 10:00:00, close
			d1, 2026-10-10 09:00:00, reopen
			e1, 2026-10-08 10:00:00, transfer
			e1, 2026-10-09 09:00:00, resolve
			e1, 2026-10-09 10:00:00, close
			e1, 2026-10-20 09:00:00, reopen
			e1, 2026-10-20 09:30:00, resolve
			e1, 2026-10-20 10:00:00, close`,
	}, "m_d7", "m_d7_faults", "m_d7_transfers")
	// a3: passed on after the close. a4 is open, and so is d1 again. e1 was closed twice, as two subjects; the second was not passed on.
	want(t, r, "m_d7", due, "a1|2026-10-12|1|1|NULL", "a2|2026-10-12|0|1|NULL", "a3|2026-10-12|1|1|NULL", "a5|2026-10-12|NULL|NULL|test",
		"e1#2|2026-10-20|1|1|NULL", "e1|2026-10-09|0|1|NULL")
	want(t, r, "m_d7_faults", due, "b1|2026-10-12|0|1|NULL")
	want(t, r, "m_d7_transfers", due, "a1|2026-10-12|0|1|NULL", "a2|2026-10-12|2|1|NULL", "a3|2026-10-12|0|1|NULL", "a5|2026-10-12|NULL|NULL|test",
		"b1|2026-10-12|1|1|NULL", "e1#2|2026-10-20|0|1|NULL", "e1|2026-10-09|1|1|NULL")
}
