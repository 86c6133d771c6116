package transform_test

import (
	"testing"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// twoManagers are two managers: M1 of team T1 until 2026-10-14 and of T2 from the 15th on; M2's last day is 2026-10-20.
const twoManagers = `manager_id, name, team, valid_from, left_on
	M1, 甲, T1, 2020-01-01,
	M1, 甲, T2, 2026-10-15,
	M2, 乙, T1, 2020-01-01, 2026-10-20`

// judged are the columns that a row about a person is judged by.
var judged = []string{"subject_id", "manager_id", "unassigned_reason", "team", "num", "den", "excluded_reason"}

func TestM1(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": twoManagers,
		"trainings": `training_id, manager_id, kind, due_on, done_on, passed
			t1, M1, induction, 2026-10-14, 2026-10-14, true
			t2, M1, professional, 2026-10-15, 2026-10-16, true
			t3, M2, case, 2026-10-20, 2026-10-01, false
			t4, M2, case, 2026-10-21, 2026-10-20, true
			t5, M1, case, 2026-10-31, 2026-10-31,
			t6, M1, case, 2026-11-01, 2026-10-30, true
			t7, , case, 2026-10-05, , `,
	}, "m_m1", "m_m1_passed")
	// t1 is done on its last day, t2 a day late. t4 fell due on the day after M2's last: nobody's. t5's day is over at the business
	// instant, 11-01 00:00; t6's is not. t3 was done and failed, t5 done without an examination, t7 never done.
	want(t, r, "m_m1", judged,
		"t1|M1|NULL|T1|1|1|NULL", "t2|M1|NULL|T2|0|1|NULL", "t3|M2|NULL|T1|1|1|NULL", "t4|NULL|leaver|NULL|1|1|NULL",
		"t5|M1|NULL|T2|1|1|NULL", "t7|NULL|no_owner|NULL|0|1|NULL")
	want(t, r, "m_m1_passed", judged,
		"t1|M1|NULL|T1|1|1|NULL", "t2|M1|NULL|T2|0|1|NULL", "t3|M2|NULL|T1|0|1|NULL", "t4|NULL|leaver|NULL|1|1|NULL",
		"t5|M1|NULL|T2|NULL|NULL|no_exam", "t7|NULL|no_owner|NULL|0|1|NULL")
}

func TestM3(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": twoManagers,
		"meetings": `meeting_id, manager_id, at, attended_at, leave
			a1, M1, 2026-10-12 07:45:00, 2026-10-12 07:45:00,
			a2, M1, 2026-10-12 18:20:00, 2026-10-12 18:20:01,
			a3, M1, 2026-10-13 07:45:00, , false
			a4, M1, 2026-10-13 18:20:00, , true
			b1, M1, 2026-10-19 07:45:00, ,
			b2, M1, 2026-10-20 18:20:00, ,
			b3, M1, 2026-10-21 07:45:00, ,
			b4, M1, 2026-10-26 07:45:00, ,
			c1, M1, 2026-10-10 07:45:00, ,
			c2, M1, 2026-10-11 07:45:00, ,
			d1, M1, 2026-10-27 18:20:00, ,
			d2, M1, 2026-10-28 18:20:00, ,
			d3, M1, 2026-10-29 18:20:00, ,
			e1, M1, 2026-11-01 00:00:00, 2026-11-01 00:00:00,
			e2, M1, 2026-11-01 00:00:01, ,`,
		"leaves": `manager_id, from, to, approved_by
			M1, 2026-10-19, 2026-10-20, B1
			M1, 2026-10-26, 2026-10-26,`,
		"visits": `visit_id, customer_id, manager_id, started_at, ended_at, planned_on
			v1, C, M1, 2026-10-27 17:00:00, 2026-10-27 18:20:01, 2026-10-27
			v2, C, M1, 2026-10-28 17:00:00, 2026-10-28 18:20:00, 2026-10-28
			v3, C, M1, 2026-10-29 17:00:00, 2026-10-29 19:00:00,`,
	}, "m_m3")
	// a1 is there when it begins, a2 a second late. The leave of the 19th and 20th is approved, that of the 26th is not. The 10th
	// is a Saturday worked in exchange, the 11th a Sunday. v1 is not over when the session begins, v2 is, v3 was not planned.
	// e1 begins with the business instant (a Sunday), e2 after it.
	want(t, r, "m_m3", []string{"subject_id", "team", "num", "den", "excluded_reason"},
		"a1|T1|1|1|NULL", "a2|T1|0|1|NULL", "a3|T1|0|1|NULL", "a4|T1|NULL|NULL|on_leave",
		"b1|T2|NULL|NULL|on_leave", "b2|T2|NULL|NULL|on_leave", "b3|T2|0|1|NULL", "b4|T2|0|1|NULL",
		"c1|T1|0|1|NULL", "c2|T1|NULL|NULL|holiday",
		"d1|T2|NULL|NULL|on_visit", "d2|T2|0|1|NULL", "d3|T2|0|1|NULL", "e1|T2|NULL|NULL|holiday")
}

// TestEdge14_leave: days of an approved leave are not in M3; where no leave of the feed has an approver, each counts as approved.
func TestEdge14_leave(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"meetings": "meeting_id, manager_id, at\na1, M1, 2026-10-20 07:45:00\na2, M1, 2026-10-21 07:45:00",
		"leaves":   "manager_id, from, to\nM1, 2026-10-19, 2026-10-20",
	}, "m_m3")
	want(t, r, "m_m3", judged, "a1|M1|NULL|NULL|NULL|NULL|on_leave", "a2|M1|NULL|NULL|0|1|NULL")
}

func TestM4(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers":  twoManagers,
		"org_units": "unit_id, name\nU1, 营业厅",
		"reports_due": `report_id, kind, owed_by, owed_by_kind, due_at, done_at
			r1, analysis, M1, person, 2026-10-20 18:00:00, 2026-10-20 18:00:00
			r2, analysis, M1, person, 2026-10-20 18:00:00, 2026-10-20 18:00:01
			r3, hall_slip, U1, unit, 2026-10-20 18:00:00, 2026-10-20 12:00:00
			r4, hall_slip, M1, person, 2026-10-20 18:00:00,
			r5, going_out, U1, , 2026-10-20 18:00:00,
			r6, major_incident, M2, , 2026-10-20 18:00:00, 2026-10-19 12:00:00
			r7, analysis, M1, person, 2026-11-01 00:00:00,
			r8, analysis, M1, person, 2026-11-01 00:00:01, 2026-10-31 09:00:00`,
	}, "m_m4")
	// Whoever the file names, a slip of the hall is the hall's; U1 is a unit although the file does not say so (r5). r7 falls due
	// with the business instant, r8 a second later.
	want(t, r, "m_m4", append([]string{"kind"}, judged...),
		"analysis|r1|M1|NULL|T2|1|1|NULL", "analysis|r2|M1|NULL|T2|0|1|NULL",
		"hall_slip|r3|NULL|other_department|NULL|1|1|NULL", "hall_slip|r4|NULL|other_department|NULL|0|1|NULL",
		"going_out|r5|NULL|other_department|NULL|0|1|NULL", "major_incident|r6|M2|NULL|T1|1|1|NULL",
		"analysis|r7|M1|NULL|T2|0|1|NULL")
}

func TestM5(t *testing.T) {
	given := modeltest.Given{
		"managers": twoManagers,
		"calls": `call_id, customer_id, manager_id, started_at, seconds
			k1, C, M1, 2026-10-12 09:00:00, 600
			k2, C, M1, 2026-10-12 10:00:00, 601
			k3, C, M2, 2026-10-21 09:00:00, 60
			k4, C, , 2026-10-12 11:00:00, 60
			k5, C, M1, 2026-10-12 12:00:00,
			k6, C, M1, 2026-11-01 00:00:01, 60`,
	}
	// The handbook says 10 minutes. k3 came a day after M2's last day; k6 after the business instant.
	want(t, modeltest.Run(t, given, "m_m5"), "m_m5", judged,
		"k1|M1|NULL|T1|1|1|NULL", "k2|M1|NULL|T1|0|1|NULL", "k3|NULL|leaver|NULL|1|1|NULL", "k4|NULL|no_owner|NULL|1|1|NULL",
		"k5|M1|NULL|T1|NULL|NULL|no_duration")
}

func TestM2(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers":    twoManagers,
		"customers":   "customer_id, name\nC, c\nD, d",
		"assignments": handedOver,
		"services":    "service_id, customer_id, product, started_on, ended_on\ns1, C, 专线, 2020-01-01,\ns2, D, 专线, 2020-01-01, 2026-10-30",
		"visits":      "visit_id, customer_id, manager_id, started_at\nv, D, M1, 2026-09-05 09:00:00",
		"profile_fields": `customer_id, field, filled, verified_on, superseded_by
			C, a, true, 2026-05-04,
			C, b, true, 2026-05-03,
			C, c, false, 2026-10-30,
			C, d, true, 2026-10-31,
			C, e, true, 2026-11-02,
			C, f, true, ,
			C, g, true, 2026-10-05,
			C, g, true, 2026-03-01, 7
			D, a, true, 2026-09-30,`,
	}, "m_m2")
	// 180 days after 05-04 is 10-31 (27 + 30 + 31 + 31 + 30 + 31), so a is fresh on the last day and b is stale. c is not filled in. d
	// and e: of the days before the first verification nothing is known; e's is not known yet at all. f was never verified. g was
	// verified again in October: its state of March was fresh until 08-28. D is not active on 10-31 any more.
	want(t, r, "m_m2", append([]string{"anchor_on"}, verdict...),
		"2026-09-30|C/a|M1|NULL|1|1|NULL", "2026-09-30|C/b|M1|NULL|1|1|NULL", "2026-09-30|C/c|M1|NULL|NULL|NULL|not_known_then",
		"2026-09-30|C/d|M1|NULL|NULL|NULL|not_known_then", "2026-09-30|C/f|M1|NULL|0|1|NULL", "2026-09-30|C/g|M1|NULL|0|1|NULL",
		"2026-09-30|D/a|M1|NULL|1|1|NULL",
		"2026-10-31|C/a|NULL|leaver|1|1|NULL", "2026-10-31|C/b|NULL|leaver|0|1|NULL", "2026-10-31|C/c|NULL|leaver|0|1|NULL",
		"2026-10-31|C/d|NULL|leaver|1|1|NULL", "2026-10-31|C/f|NULL|leaver|0|1|NULL", "2026-10-31|C/g|NULL|leaver|1|1|NULL")
}

// TestM2_unset: while nothing says how long a field stays fresh, none is judged, not even one that nobody filled in: else only misses would
// count. The number of days is that of the last day of the month (R11).
func TestM2_unset(t *testing.T) {
	given := modeltest.Given{
		"customers":      "customer_id, name\nD, d",
		"services":       "service_id, customer_id, product, started_on\ns, D, 专线, 2020-01-01",
		"visits":         "visit_id, customer_id, manager_id, started_at\nv, D, M1, 2026-09-05 09:00:00",
		"profile_fields": "customer_id, field, filled, verified_on\nD, a, true, 2026-08-31\nD, b, false, 2026-08-31\nD, c, true,",
	}
	columns := []string{"anchor_on", "subject_id", "num", "den", "excluded_reason"}
	want(t, modeltest.Setup{Rules: "version: t\n"}.Run(t, given, "m_m2"), "m_m2 where anchor_on = date '2026-09-30'", columns,
		"2026-09-30|D/a|NULL|NULL|rule_unset", "2026-09-30|D/b|NULL|NULL|rule_unset", "2026-09-30|D/c|NULL|NULL|rule_unset")
	// From 08-31 to 09-30 are 30 days, to 10-31 61.
	from := "version: t\nparams:\n  - {name: profile_fresh_days, value: 30, from: 2026-09-30, to: 2026-10-31}\n  - {name: profile_fresh_days, value: 60, from: 2026-10-31}\n"
	want(t, modeltest.Setup{Rules: from}.Run(t, given, "m_m2"), "m_m2", columns,
		"2026-09-30|D/a|1|1|NULL", "2026-09-30|D/b|0|1|NULL", "2026-09-30|D/c|0|1|NULL",
		"2026-10-31|D/a|0|1|NULL", "2026-10-31|D/b|0|1|NULL", "2026-10-31|D/c|0|1|NULL")
}

func TestM6(t *testing.T) {
	given := modeltest.Given{
		"managers": `manager_id, name, team, valid_from, certified_until, left_on
			M1, 甲, T1, 2026-10-05, 2026-10-10,
			M2, 乙, T2, 2020-01-01, 2026-10-31, 2026-10-20
			M3, 丙, T2, 2020-01-01, ,`,
		"customers":   "customer_id, name\nC, c\nD, d\nE, e",
		"assignments": handedOver + "\nE, M3, 2020-01-01,",
		"services": `service_id, customer_id, product, started_on, ended_on
			s1, C, 专线, 2020-01-01,
			s2, D, 专线, 2020-01-01, 2026-10-08
			s3, E, 专线, 2020-01-01,`,
		"visits": "visit_id, customer_id, manager_id, started_at\nv, D, M1, 2026-10-05 09:00:00",
		"key_accounts": `customer_id, from, to
			C, 2020-01-01, 2026-10-25
			D, 2026-10-03, 2026-10-06
			D, 2026-10-06,`,
	}
	// C is key until the 25th: M1 holds it 14 days: 4 of which nothing is known of M1, neither team nor certificate, and 10 of team
	// T1, certified until the 10th: 6 days; M2 from the 15th to his last day, the 20th: 6 of 6; nobody the 5 days after. D is key
	// from the 3rd on and active until the 8th: 2 days before the 5th and 4 after it. E is not key.
	want(t, modeltest.Run(t, given, "m_m6"), "m_m6", judged,
		"C/202610|M1|NULL|NULL|0|4|NULL", "C/202610|M1|NULL|T1|6|10|NULL", "C/202610|M2|NULL|T2|6|6|NULL",
		"C/202610|NULL|leaver|NULL|0|5|NULL", "D/202610|M1|NULL|NULL|0|2|NULL", "D/202610|M1|NULL|T1|4|4|NULL")
	delete(given, "key_accounts")
	given["managers"] = "manager_id, name\nM1, 甲\nM2, 乙\nM3, 丙"
	// Without designations all are key, and without certificates nothing is judged.
	want(t, modeltest.Run(t, given, "m_m6"), "m_m6", []string{"subject_id", "num", "excluded_reason"},
		"C/202610|NULL|not_recorded", "C/202610|NULL|not_recorded", "D/202610|NULL|not_recorded", "E/202610|NULL|not_recorded")
}
