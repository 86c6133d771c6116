package transform_test

import (
	"testing"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// watched are the columns that a row for review is judged by.
var watched = []string{"subject_id", "anchor_on", "num", "den", "excluded_reason"}

func TestWatch_cases(t *testing.T) {
	rules := casesRules + "  - {name: close_to_deadline_minutes, value: 15}\n"
	r := modeltest.Setup{Rules: rules}.Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, created_at, merged_into, dup_of, invalid_reason, is_test, initiated_by
			a1, C, fault, 2026-10-12 09:00:00, , , , ,
			a2, C, fault, 2026-10-12 09:00:00, , , , ,
			b1, C, fault, 2026-10-12 09:00:00, , , , ,
			b2, C, fault, 2026-10-12 09:00:00, , , , ,
			c1, C, fault, 2026-10-12 09:00:00, , , , ,
			c2, C, fault, 2026-10-12 09:00:00, , , , ,
			c3, C, fault, 2026-10-12 09:00:00, , , , ,
			c4, C, fault, 2026-10-12 09:00:00, , , , ,
			m1, C, consult, 2026-10-13 09:00:00, a1, , , ,
			m2, C, consult, 2026-10-13 09:00:00, , a1, , ,
			m3, C, consult, 2026-10-13 09:00:00, , , 误报, ,
			m4, C, consult, 2026-10-13 09:00:00, , , , true,
			m5, C, consult, 2026-10-13 09:00:00, , , , , manager
			m6, C, consult, 2026-10-13 09:00:00, , , , ,
			u1, C, feedback, 2026-10-13 09:00:00, , , , ,`,
		"case_events": `case_id, at, type, reason
			a1, 2026-10-12 10:00:00, pause, 待客户
			a1, 2026-10-12 10:00:01, resume,
			a1, 2026-10-12 12:00:00, resolve,
			a2, 2026-10-12 10:00:00, pause, 待其他部门
			a2, 2026-10-12 11:00:00, resume,
			a2, 2026-10-12 12:00:00, resolve,
			b1, 2026-10-12 10:00:00, resolve,
			b1, 2026-10-12 11:00:00, reopen, 未修复
			b1, 2026-10-12 12:00:00, resolve,
			b2, 2026-10-12 10:00:00, resolve,
			b2, 2026-10-12 11:00:01, reopen, 未修复
			b2, 2026-10-12 12:00:00, resolve,
			c1, 2026-10-13 08:45:00, resolve,
			c2, 2026-10-13 08:44:59, resolve,
			c3, 2026-10-13 09:00:00, resolve,
			c4, 2026-10-13 09:00:01, resolve,
			u1, 2026-10-13 10:00:00, resolve,`,
		"surveys": `survey_id, customer_id, case_id, sent_at, delivery
			s1, C, a1, 2026-10-12 13:00:00, bounced
			s2, C, a1, 2026-10-12 14:00:00,
			s3, C, c4, 2026-10-13 13:00:00,
			s4, C, a2, , `,
	}, "m_w1", "m_w2", "m_w3", "m_w4", "m_w4_kept", "m_w6")
	// a1 waited a second for its customer, a2 an hour for another department. u1 has no limit; faults have 24 hours.
	want(t, r, "m_w1", watched,
		"a1|2026-10-12|1|1|NULL", "a2|2026-10-12|0|1|NULL", "b1|2026-10-12|0|1|NULL", "b2|2026-10-12|0|1|NULL",
		"c1|2026-10-13|0|1|NULL", "c2|2026-10-13|0|1|NULL", "c3|2026-10-13|0|1|NULL", "c4|2026-10-13|0|1|NULL", "u1|2026-10-13|0|1|NULL")
	// Test cases and the manager's own are left out; what was merged, doubled or invalid is what counts here.
	want(t, r, "m_w2 where original_on = date '2026-10-13'", watched,
		"m1|2026-10-13|1|1|NULL", "m2|2026-10-13|1|1|NULL", "m3|2026-10-13|1|1|NULL", "m4|2026-10-13|NULL|NULL|test",
		"m5|2026-10-13|NULL|NULL|manager_initiated", "m6|2026-10-13|0|1|NULL", "u1|2026-10-13|0|1|NULL")
	// b1 was reopened an hour after its resolve, b2 a second later.
	want(t, r, "m_w3 where subject_id like 'b%' or subject_id = 'a1'", watched,
		"a1|2026-10-12|0|1|NULL", "b1|2026-10-12|1|1|NULL", "b2|2026-10-12|0|1|NULL")
	// c4 was resolved a second too late and asked about; of those in time only a1 was, twice; the survey about a2 was not sent.
	want(t, r, "m_w4", watched, "c4|2026-10-13|1|1|NULL", "u1|2026-10-13|NULL|NULL|rule_unset")
	want(t, r, "m_w4_kept", watched,
		"a1|2026-10-12|1|1|NULL", "a2|2026-10-12|0|1|NULL", "b1|2026-10-12|0|1|NULL", "b2|2026-10-12|0|1|NULL",
		"c1|2026-10-13|0|1|NULL", "c2|2026-10-13|0|1|NULL", "c3|2026-10-13|0|1|NULL")
	// Due at 09:00 on the 13th: from 08:45:00 on it is close.
	want(t, r, "m_w6 where anchor_on = date '2026-10-13'", watched,
		"c1|2026-10-13|1|1|NULL", "c2|2026-10-13|0|1|NULL", "c3|2026-10-13|1|1|NULL")
}

func TestWatch_visits(t *testing.T) {
	g := visitWorld("A, M1, 2020-01-01, , owner", `visit_id, customer_id, manager_id, started_at
		v1, A, M1, 2026-09-29 09:00:00
		v2, A, M1, 2026-10-15 09:00:00
		v3, A, M1, 2026-10-29 09:00:00`)
	g["customers"] = "customer_id, name\nA, a"
	g["tier_history"] = "customer_id, effective_from, tier\nA, 2020-01-01, 1"
	g["services"] = "service_id, customer_id, product, started_on\ns, A, 专线, 2020-01-01"
	r := modeltest.Run(t, g, "m_w5")
	// September's last working days are Tuesday the 29th and Wednesday the 30th, October's Thursday the 29th and Friday the 30th.
	want(t, r, "m_w5", watched, "v1/1|2026-09-30|1|1|NULL", "v2/1|2026-10-31|0|1|NULL", "v3/1|2026-10-31|1|1|NULL")

	g["visits"] = "visit_id, customer_id, manager_id, started_at\nv1, A, M1, 2026-09-28 18:00:00\nv2, A, M1, 2026-10-28 18:00:00\nv3, A, M1, 2026-05-31 09:00:00\nv4, A, M1, 2026-08-29 09:00:00\nv5, A, M1, 2026-08-22 09:00:00"
	r = modeltest.Run(t, g, "m_w5")
	// A day before these they are not at the end. May's last day is a Sunday, after its last working days. August ends with Friday
	// the 28th and Monday the 31st: Saturday the 29th lies between them, the 22nd a week before.
	want(t, r, "m_w5", watched, "v1/1|2026-09-30|0|1|NULL", "v2/1|2026-10-31|0|1|NULL", "v3/1|2026-05-31|1|1|NULL", "v4/1|2026-08-31|1|1|NULL", "v5/1|2026-08-31|0|1|NULL")
}
