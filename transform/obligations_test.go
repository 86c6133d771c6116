package transform_test

import (
	"testing"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// In October 2026 the 1st to 7th are holidays, Saturday the 10th is worked, Sunday the 11th is free; a working day has
// 7.5 hours, 08:30-12:00 and 14:00-18:00. The business instant is 2026-11-01 00:00.
const obligationRules = `
version: v1
limits:
  - {rule: first_response, severity: urgent, kind: [request, fault, consult], limit: 30 minutes, clock: calendar}
  - {rule: first_response, severity: urgent, kind: fault, tier: 1, limit: 10 minutes, clock: calendar}
  - {rule: plan, limit: 2 working_days}
  - {rule: plan, kind: consult, limit: 4 hours, clock: working}
  - {rule: feedback_answer, kind: feedback, limit: 2 working_days}
  - {rule: progress, kind: fault, severity: normal, limit: 4 hours, clock: calendar}
  - {rule: progress, kind: complaint, limit: 1 working_days}
  - {rule: handoff, limit: 4 hours, clock: working}
  - {rule: acceptance_feedback, limit: 30 days}
  - {rule: tier_notice, limit: 2 working_days}
params:
  - {name: reopen_window_days, value: 7}
`

func obligationSetup() modeltest.Setup { return modeltest.Setup{Rules: obligationRules} }

func TestB4(t *testing.T) {
	r := obligationSetup().Run(t, modeltest.Given{
		"managers": "manager_id, name\nM1, 甲\nM2, 乙",
		"assignments": `customer_id, manager_id, valid_from, valid_to, role
			H, M1, 2020-01-01, 2026-10-11, owner
			H, M2, 2026-10-12, , owner`,
		"cases": `case_id, customer_id, kind, created_at, confirmed_at, plan_submitted_at, resolution, merged_into
			a1, C, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, 2026-10-12 20:00:00, ,
			a2, C, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, 2026-10-13 00:00:00, ,
			a3, C, request, 2026-09-01 09:00:00, 2026-10-09 10:00:00, 2026-10-12 20:00:00, ,
			b1, C, request, 2026-10-28 09:00:00, 2026-10-28 10:00:00, , ,
			b2, C, request, 2026-10-28 09:00:00, 2026-10-29 00:00:00, , ,
			c1, C, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, , withdrawn,
			c2, C, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, , given_up,
			c3, C, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, , , a1
			d1, C, request, 2026-10-09 09:00:00, , 2026-10-12 20:00:00, ,
			e1, C, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, 2026-10-13 23:00:00, ,
			e2, C, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, 2026-10-14 00:00:00, ,
			e3, C, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, , ,
			f1, C, consult, 2026-10-12 09:00:00, 2026-10-12 11:00:00, 2026-10-12 18:00:00, ,
			f2, C, consult, 2026-10-12 09:00:00, 2026-10-12 11:00:00, 2026-10-12 17:30:01, ,
			f3, C, consult, 2026-10-12 09:00:00, 2026-10-12 11:00:00, 2026-10-12 17:00:00, ,
			h1, H, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, 2026-10-10 09:00:00, ,
			h2, H, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, , ,
			i1, C, request, 2026-10-08 09:00:00, 2026-10-09 10:00:00, , ,
			i2, C, request, 2026-10-08 09:00:00, 2026-10-09 10:00:00, , ,
			j1, C, request, 2026-10-08 08:00:00, 2026-10-09 10:00:00, 2026-10-08 08:30:00, ,`,
		"case_events": `case_id, at, type, reason
			e1, 2026-10-12 09:00:00, pause, 待客户
			e1, 2026-10-13 09:00:00, resume,
			e2, 2026-10-12 09:00:00, pause, 待客户
			e2, 2026-10-13 09:00:00, resume,
			e3, 2026-10-12 09:00:00, pause, 待客户
			f1, 2026-10-12 10:30:00, pause, 待客户
			f1, 2026-10-12 11:30:00, resume,
			f2, 2026-10-12 10:30:00, pause, 待客户
			f2, 2026-10-12 11:30:00, resume,
			i1, 2026-10-08 10:00:00, pause, 待客户
			i1, 2026-10-09 09:00:00, resolve,
			i2, 2026-10-08 10:00:00, pause, 待客户
			j1, 2026-10-08 09:00:00, pause, 待客户
			j1, 2026-10-09 09:00:00, resume,`,
	}, "m_b4")
	// a: two working days after Friday the 9th are Saturday the 10th and Monday the 12th, until its end; a3 was created long before.
	// b1: due on Friday the 30th; b2: a day later, November. c2: given up is no withdrawal. d1: never confirmed, nothing owed.
	// e: waiting from the 12th to the 13th puts the end off by a working day to the 13th. e3: never resumed.
	// f: 4 working hours from 11:00, of which half an hour is waiting that began before: 1 + 0.5 less, so 17:30 and not 17:00;
	// f1 and f2 are both after it, f3 has no pause: due 17:00, at which it was done.
	// i1: resolved without a resume, which ends the waiting before it was confirmed; i2: not resolved, still waiting (edge 9). j1: the plan was there before the confirmation, from
	// which on two working days count, whatever was waited before.
	// h: the plan of the 10th is M1's, 2 + 4 working hours of the 9th and half an hour later; what was due on the 12th is M2's.
	want(t, r, "m_b4", due,
		"a1|2026-10-12|1|1|NULL", "a2|2026-10-12|0|1|NULL", "a3|2026-10-12|1|1|NULL", "b1|2026-10-30|0|1|NULL",
		"c1|2026-10-12|NULL|NULL|withdrawn", "c2|2026-10-12|0|1|NULL", "c3|2026-10-12|NULL|NULL|merged",
		"e1|2026-10-13|1|1|NULL", "e2|2026-10-13|0|1|NULL", "e3|2026-10-09|NULL|NULL|paused",
		"f1|2026-10-12|0|1|NULL", "f2|2026-10-12|0|1|NULL", "f3|2026-10-12|1|1|NULL",
		"h1|2026-10-12|1|1|NULL", "h2|2026-10-12|0|1|NULL", "i1|2026-10-12|0|1|NULL", "i2|2026-10-09|NULL|NULL|paused", "j1|2026-10-12|1|1|NULL")
	want(t, r, "m_b4 where subject_id like 'h%' or subject_id like 'f%'", []string{"subject_id", "manager_id", "due_at", "took_work_s"},
		"f1|NULL|2026-10-12 17:30:00|16200", "f2|NULL|2026-10-12 17:30:00|14401", "f3|NULL|2026-10-12 17:00:00|14400",
		"h1|M1|2026-10-12 18:00:00|23400", "h2|M2|2026-10-12 18:00:00|NULL")
}

func TestB5(t *testing.T) {
	r := modeltest.Setup{Rules: `
version: v1
limits:
  - {rule: first_response, severity: urgent, kind: request, limit: 30 minutes, clock: calendar}
  - {rule: first_response, severity: urgent, kind: fault, limit: 2 hours, clock: working}
  - {rule: first_response, severity: urgent, kind: consult, limit: 1 working_days}
  - {rule: first_response, severity: high, limit: 30 minutes, clock: calendar}
`}.Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, severity, created_at, first_response_at, is_test
			a1, C, request, urgent, 2026-10-01 12:00:00, 2026-10-01 12:30:00,
			a2, C, request, urgent, 2026-10-01 12:00:00, 2026-10-01 12:30:01,
			a3, C, request, urgent, 2026-10-01 12:00:00, 2026-10-01 12:35:00,
			a4, C, request, urgent, 2026-10-01 12:00:00, ,
			b1, C, fault, urgent, 2026-10-01 12:00:00, 2026-10-01 14:00:00,
			b2, C, fault, urgent, 2026-10-01 12:00:00, 2026-10-01 14:00:01,
			c1, C, consult, urgent, 2026-10-01 12:00:00, 2026-10-02 23:59:59,
			c2, C, consult, urgent, 2026-10-01 12:00:00, 2026-10-03 00:00:00,
			d1, C, request, high, 2026-10-01 12:00:00, 2026-10-01 12:30:00,
			e1, C, request, urgent, 2026-10-31 23:30:00, ,
			e2, C, request, urgent, 2026-10-31 23:30:01, ,
			f1, C, complaint, urgent, 2026-10-01 12:00:00, 2026-10-01 12:01:00,
			g1, C, request, urgent, 2026-10-01 12:00:00, 2026-10-01 12:01:00, true`,
		"case_events": `case_id, at, type, reason
			a3, 2026-10-01 12:05:00, pause, 待客户
			a3, 2026-10-01 12:20:00, resume,
			a4, 2026-10-01 12:05:00, pause, 待客户`,
	}, "m_b5", "m_b1")
	// Around the clock, on a holiday too: 12:30. a3 waited 15 minutes for the customer, which B1 takes off and B5 does not; a4 has a
	// deadline here although its pause never ended. b, c: limits on working time are read around the clock: two hours;
	// the end of the next day. e1: due on the business instant, e2 a second later. f1: no limit for urgent complaints.
	want(t, r, "m_b5", due,
		"a1|2026-10-01|1|1|NULL", "a2|2026-10-01|0|1|NULL", "a3|2026-10-01|0|1|NULL", "a4|2026-10-01|0|1|NULL",
		"b1|2026-10-01|1|1|NULL", "b2|2026-10-01|0|1|NULL", "c1|2026-10-02|1|1|NULL", "c2|2026-10-02|0|1|NULL",
		"e1|2026-11-01|0|1|NULL", "f1|2026-10-01|NULL|NULL|rule_unset", "g1|2026-10-01|NULL|NULL|test")
	want(t, r, "m_b1 where subject_id in ('a3', 'a4')", due, "a3|2026-10-01|1|1|NULL", "a4|2026-10-01|NULL|NULL|paused")
}

func TestB3(t *testing.T) {
	r := obligationSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, severity, created_at, resolved_at, merged_into
			f1, C, fault, normal, 2026-10-12 08:00:00, 2026-10-12 18:30:00,
			f2, C, fault, normal, 2026-10-12 08:00:00, 2026-10-12 16:00:00,
			f3, C, fault, normal, 2026-10-12 08:00:00, 2026-10-12 16:00:01,
			f4, C, fault, normal, 2026-10-20 00:00:00, ,
			f5, C, fault, normal, 2026-10-12 08:00:00, 2026-10-12 13:30:00,
			f6, C, fault, normal, 2026-10-12 08:00:00, 2026-10-12 13:30:00,
			f7, C, fault, normal, 2026-10-12 08:00:00, ,
			f8, C, fault, normal, 2026-10-12 08:00:00, 2026-10-12 12:30:00,
			f9, C, fault, normal, 2026-10-12 08:00:00, , f1
			n1, C, fault, normal, 2026-10-12 08:00:00, 2026-10-12 14:00:00,
			n2, C, fault, normal, 2026-10-12 08:00:00, 2026-10-12 14:00:00,
			g1, C, request, normal, 2026-10-12 08:00:00, ,
			h1, C, fault, high, 2026-10-12 08:00:00, 2026-10-12 18:30:00,
			k1, C, complaint, normal, 2026-10-09 10:00:00, 2026-10-14 09:00:00,
			k2, C, complaint, normal, 2026-10-09 10:00:00, 2026-10-13 09:00:00,`,
		"case_events": `case_id, at, type, actor_kind, public, reason
			f1, 2026-10-12 09:00:00, respond, , ,
			f1, 2026-10-12 13:00:00, progress, human, true,
			f1, 2026-10-12 17:00:01, progress, , ,
			f5, 2026-10-12 09:00:00, pause, , , 待客户
			f5, 2026-10-12 10:00:00, resume, , ,
			f5, 2026-10-12 13:00:00, progress, , ,
			f6, 2026-10-12 09:00:00, pause, , , 待客户
			f6, 2026-10-12 10:00:00, resume, , ,
			f6, 2026-10-12 13:00:01, progress, , ,
			f7, 2026-10-12 08:30:00, respond, , ,
			f7, 2026-10-12 09:00:00, resolve, , ,
			f7, 2026-10-13 09:00:00, reopen, , ,
			f7, 2026-10-13 13:00:00, respond, , ,
			f7, 2026-10-13 13:30:00, resolve, , ,
			f8, 2026-10-12 09:00:00, respond, auto, ,
			f8, 2026-10-12 10:00:00, progress, human, false,
			n1, 2026-10-12 11:00:00, callback_ok, , ,
			n2, 2026-10-12 11:00:00, callback_try, , ,
			k2, 2026-10-12 18:00:00, progress, , ,`,
	}, "m_b3", "fct_obligations")
	// f1: an update is due at 12:00, given at 9; from then at 13:00, given at 13:00; from then at 17:00, missed by a second; from the
	// missed instant at 21:00, given at 17:00:01. The next would be due at 21:00:01, resolved before.
	// f2: due at 12:00 and, after the miss, at 16:00, when it was resolved: within the limit (R3); f3 was resolved a second later.
	// f5: an hour of waiting for the customer: due at 13:00. f6: a second late, then from 13:00 in time for 17:00.
	// f7: nothing is owed between the resolve and the reopen (within the window), a day later: due at 13:00.
	// f8: what a machine did, or the customer cannot see, is no update. n1: who was reached by a call-back has heard, n2: who was not has not. h1: no limit. g1: a request owes none.
	// k1: a working day each: the 10th, the 12th, the 13th; the 14th is resolved before it ends. k2: the 10th is missed, from it
	// the 12th is met; the 13th is resolved before its end.
	want(t, r, "m_b3 where subject_id not like 'f4%'", append(append([]string{}, due...), "due_at"),
		"f1/1|2026-10-12|1|1|NULL|2026-10-12 12:00:00", "f1/2|2026-10-12|1|1|NULL|2026-10-12 13:00:00",
		"f1/3|2026-10-12|0|1|NULL|2026-10-12 17:00:00", "f1/4|2026-10-12|1|1|NULL|2026-10-12 21:00:00",
		"f2/1|2026-10-12|0|1|NULL|2026-10-12 12:00:00",
		"f3/1|2026-10-12|0|1|NULL|2026-10-12 12:00:00", "f3/2|2026-10-12|0|1|NULL|2026-10-12 16:00:00",
		"f5/1|2026-10-12|1|1|NULL|2026-10-12 13:00:00",
		"f6/1|2026-10-12|0|1|NULL|2026-10-12 13:00:00", "f6/2|2026-10-12|1|1|NULL|2026-10-12 17:00:00",
		"f7/1|2026-10-12|1|1|NULL|2026-10-12 12:00:00", "f7/2|2026-10-13|1|1|NULL|2026-10-13 13:00:00",
		"f8/1|2026-10-12|0|1|NULL|2026-10-12 12:00:00",
		"f9/1|2026-10-12|NULL|NULL|merged|2026-10-12 12:00:00",
		"h1/1|2026-10-12|NULL|NULL|rule_unset|NULL",
		"k1/1|2026-10-10|0|1|NULL|2026-10-10 18:00:00", "k1/2|2026-10-12|0|1|NULL|2026-10-12 18:00:00", "k1/3|2026-10-13|0|1|NULL|2026-10-13 18:00:00",
		"n1/1|2026-10-12|1|1|NULL|2026-10-12 12:00:00", "n2/1|2026-10-12|0|1|NULL|2026-10-12 12:00:00",
		"k2/1|2026-10-10|0|1|NULL|2026-10-10 18:00:00", "k2/2|2026-10-12|1|1|NULL|2026-10-12 18:00:00")
	// f4: every four hours from the 20th on; the 50th is 200 hours on, 10-28 08:00, and the last that counts.
	want(t, r, "(select count(*) as n, sum(num) as met, max(due_at) as last_at from m_b3 where subject_id like 'f4%')", []string{"n", "met", "last_at"},
		"50|0|2026-10-28 08:00:00")
}

func TestA7(t *testing.T) {
	r := obligationSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, created_at, resolved_at, reopened_at, action
			a1, C, feedback, 2026-10-09 09:00:00, 2026-10-12 20:00:00, , 培训
			a2, C, feedback, 2026-10-09 09:00:00, 2026-10-13 00:00:00, , 培训
			a3, C, feedback, 2026-10-09 09:00:00, 2026-10-12 20:00:00, ,
			b1, C, feedback, 2026-10-09 09:00:00, 2026-10-12 20:00:00, 2026-10-19 23:00:00, 培训
			b2, C, feedback, 2026-10-09 09:00:00, 2026-10-12 20:00:00, 2026-10-20 00:00:00, 培训
			c1, C, feedback, 2026-10-29 09:00:00, , ,
			d1, C, request, 2026-10-09 09:00:00, , ,`,
	}, "m_a7")
	// Due at the end of the 12th, as in B4. a3: an answer without a measure. b1: reopened on the 7th day, the answer is void; b2: on the
	// 8th, it stands, and a new subject began, due on Thursday the 22nd. c1: due in November.
	want(t, r, "m_a7", due,
		"a1|2026-10-12|1|1|NULL", "a2|2026-10-12|0|1|NULL", "a3|2026-10-12|0|1|NULL", "b1|2026-10-12|0|1|NULL",
		"b2#2|2026-10-22|0|1|NULL", "b2|2026-10-12|1|1|NULL")
}

func TestA8(t *testing.T) {
	r := obligationSetup().Run(t, modeltest.Given{
		"projects": `project_id, customer_id, accepted_on
			p1, C, 2026-09-01
			p2, C, 2026-09-01
			p3, D, 2026-09-01
			p4, C, 2026-09-01
			p5, C, 2026-10-02
			p6, C, 2026-10-01
			p7, C, 2026-09-01
			p8, C,`,
		"surveys": `survey_id, customer_id, project_id, sent_at, delivery
			s1, C, p1, 2026-10-01 23:59:59, delivered
			s2, C, p2, 2026-10-02 00:00:00, delivered
			s4, C, p4, 2026-09-10 00:00:00, bounced
			s7, C, p7, 2026-08-31 23:59:59, delivered`,
		"duties": `duty_id, customer_id, kind, window_start, window_end, done_at
			d1, D, callback, 2026-09-01, 2026-09-30, 2026-09-15 10:00:00
			d2, C, visit, 2026-09-01, 2026-09-30, 2026-09-15 10:00:00`,
	}, "m_a8")
	// 30 days after 09-01 is 10-01, until its end. p3: a call-back that was done. p4: never delivered. p5: due on 11-01, not over yet;
	// p6: on 10-31, over on the business instant. p7: before the acceptance. p8: not accepted.
	want(t, r, "m_a8 where subject_id in ('p1', 'p3')", []string{"subject_id", "customer_id", "unassigned_reason"}, "p1|C|no_owner", "p3|D|no_owner")
	want(t, r, "m_a8", due,
		"p1|2026-10-01|1|1|NULL", "p2|2026-10-01|0|1|NULL", "p3|2026-10-01|1|1|NULL", "p4|2026-10-01|0|1|NULL",
		"p6|2026-10-31|0|1|NULL", "p7|2026-10-01|0|1|NULL")
}

func TestK3(t *testing.T) {
	r := obligationSetup().Run(t, modeltest.Given{
		"customers": "customer_id, name\nC1, a\nC2, b\nC3, c\nC4, d\nC5, e\nC6, f\nC7, g\nC8, h",
		"tier_history": `customer_id, effective_from, tier, approved_at, notified_at
			C1, 2026-01-01, 3, 2025-12-20 09:00:00, 2026-01-01 09:00:00
			C1, 2026-10-09, 2, 2026-10-08 10:00:00, 2026-10-12 20:00:00
			C2, 2026-01-01, 3, 2025-12-20 09:00:00,
			C2, 2026-10-09, 2, 2026-10-08 10:00:00, 2026-10-13 00:00:00
			C3, 2026-01-01, 3, 2025-12-20 09:00:00,
			C3, 2026-10-01, 4, 2026-10-12 09:00:00, 2026-10-14 10:00:00
			C4, 2026-01-01, 3, 2025-12-20 09:00:00,
			C4, 2026-10-09, 3, 2026-10-08 10:00:00,
			C5, 2026-01-01, 3, 2025-12-20 09:00:00,
			C5, 2026-10-09, 2, ,
			C6, 2026-10-09, 2, 2026-10-08 10:00:00,
			C7, 2026-01-01, 3, 2025-12-20 09:00:00,
			C7, 2026-10-09, 2, 2026-10-08 10:00:00, 2026-10-08 11:00:00
			C8, 2026-01-01, 3, 2025-12-20 09:00:00,
			C8, 2026-10-29, 2, 2026-10-08 10:00:00,`,
	}, "m_k3")
	// From Friday the 9th the 10th and the 12th, until its end. C3: approved after it took effect, so it counts from the 12th; due on
	// the 14th. C4: confirmed. C5: never approved. C6: the first tier. C7: told before it took effect. C8: due in November.
	want(t, r, "m_k3", due, "C1/2026-10-09|2026-10-12|1|1|NULL", "C2/2026-10-09|2026-10-12|0|1|NULL", "C3/2026-10-01|2026-10-14|1|1|NULL",
		"C7/2026-10-09|2026-10-12|1|1|NULL")
}

func TestP1(t *testing.T) {
	r := obligationSetup().Run(t, modeltest.Given{
		"managers":    "manager_id, name\nM1, 甲",
		"assignments": "customer_id, manager_id, valid_from\nC, M1, 2020-01-01",
		"customers":   "customer_id, name, region\nC, 丙, 东区",
		"cases": `case_id, customer_id, kind, created_at, resolved_at, merged_into
			k1, C, request, 2026-10-12 08:30:00, ,
			k2, C, fault, 2026-10-12 08:30:00, 2026-10-12 11:00:00,
			k3, C, request, 2026-10-12 08:30:00, ,
			k4, C, request, 2026-10-12 08:30:00, ,
			k5, C, request, 2026-10-12 08:30:00, , k1
			k6, C, request, 2026-10-12 08:30:00, ,
			k7, C, request, 2026-10-12 08:30:00, ,
			k8, C, request, 2026-10-12 08:30:00, ,`,
		"case_events": `case_id, at, type, actor_unit
			k1, 2026-10-12 08:30:00, handoff, U1
			k1, 2026-10-12 14:30:00, handback, U1
			k1, 2026-10-13 08:30:00, handoff, U2
			k1, 2026-10-13 14:30:01, handback, U2
			k2, 2026-10-12 09:00:00, handoff, U1
			k2, 2026-10-12 09:30:00, handoff, U2
			k2, 2026-10-12 10:00:00, handback, U1
			k3, 2026-10-12 09:00:00, handoff, U1
			k3, 2026-10-12 09:30:00, handback, U2
			k4, 2026-10-30 17:00:00, handoff, U1
			k5, 2026-10-12 09:00:00, handoff, U1
			k6, 2026-10-12 09:00:00, handoff,
			k6, 2026-10-12 09:30:00, handback, U4
			k7, 2026-10-12 09:00:00, handoff, U1
			k7, 2026-10-12 09:30:00, handback,
			k8, 2026-10-12 09:00:00, handoff, U1
			k8, 2026-10-12 10:00:00, handoff, U1
			k8, 2026-10-12 15:30:00, handback, U1`,
	}, "m_p1")
	// Four working hours: 08:30-12:00 and 14:00-14:30. k2/2: never handed back, the resolve ends it. k3: another unit's hand-back is none
	// of U1's: due at 15:00. k4: 1 hour on Friday, due on Monday. Nobody's figure but the unit's. k6, k7: who names no unit may be any. k8
	// was handed over twice and back once, 3 + 1.5 and 2 + 1.5 hours later.
	want(t, r, "m_p1", append(append([]string{}, due...), "manager_id", "unassigned_reason", "region", "category"),
		"k1/1|2026-10-12|1|1|NULL|NULL|unit|东区|U1", "k1/2|2026-10-13|0|1|NULL|NULL|unit|东区|U2",
		"k2/1|2026-10-12|1|1|NULL|NULL|unit|东区|U1", "k2/2|2026-10-12|1|1|NULL|NULL|unit|东区|U2",
		"k3/1|2026-10-12|0|1|NULL|NULL|unit|东区|U1", "k5/1|2026-10-12|NULL|NULL|merged|NULL|unit|东区|U1",
		"k6/1|2026-10-12|1|1|NULL|NULL|unit|东区|NULL", "k7/1|2026-10-12|1|1|NULL|NULL|unit|东区|U1",
		"k8/1|2026-10-12|0|1|NULL|NULL|unit|东区|U1", "k8/2|2026-10-12|1|1|NULL|NULL|unit|东区|U1")
}

// TestEdge12_limitChanged: the limit of the day on which the case was created holds for all that is owed about it.
func TestEdge12_limitChanged(t *testing.T) {
	r := modeltest.Setup{Rules: `
version: v1
limits:
  - {rule: plan, limit: 2 working_days, to: 2026-10-09}
  - {rule: plan, limit: 1 working_days, from: 2026-10-09}
  - {rule: progress, kind: fault, limit: 4 hours, clock: calendar, to: 2026-10-09}
`}.Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, created_at, confirmed_at, plan_submitted_at, resolved_at
			a, C, request, 2026-10-08 23:59:59, 2026-10-09 10:00:00, 2026-10-12 10:00:00,
			b, C, request, 2026-10-09 00:00:00, 2026-10-09 10:00:00, 2026-10-12 10:00:00,
			f, C, fault, 2026-10-08 22:00:00, , , 2026-10-09 08:00:00
			g, C, fault, 2026-10-09 00:00:00, , , 2026-10-09 08:00:00`,
		"case_events": "case_id, at, type\na, 2026-10-09 10:00:00, confirm", // events are kept, so what is not there was not done
	}, "m_b4", "m_b3")
	// a: two working days, the 10th and the 12th; b: one, the 10th. f: at 02:00 and 06:00 of the 9th, when new cases have no limit.
	want(t, r, "m_b4", due, "a|2026-10-12|1|1|NULL", "b|2026-10-10|0|1|NULL")
	want(t, r, "m_b3", due, "f/1|2026-10-09|0|1|NULL", "f/2|2026-10-09|0|1|NULL", "g/1|2026-10-09|NULL|NULL|rule_unset")
}

func TestB4_steps(t *testing.T) {
	r := obligationSetup().Run(t, modeltest.Given{
		"managers":    "manager_id, name\nM1, 甲",
		"assignments": "customer_id, manager_id, valid_from\nC, M1, 2020-01-01",
		"cases": `case_id, customer_id, kind, created_at, confirmed_at, plan_submitted_at, plan_reviewed_at, plan_accepted_at, is_test
			a, C, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, 2026-10-09 17:00:00, 2026-10-10 09:00:00, 2026-10-12 09:00:00,
			b, C, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, 2026-10-09 17:00:00, , 2026-10-12 09:00:00,
			c, C, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, 2026-10-09 17:00:00, 2026-10-09 16:00:00, ,
			d, C, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00, 2026-10-09 17:00:00, 2026-10-10 09:00:00, , true`,
	}, "m_b4_review", "m_b4_acceptance")
	// a: an hour on Friday the 9th and half an hour on the worked Saturday; then 7 hours of it and half an hour of Monday. b: nobody
	// reviewed it. c: reviewed before it was submitted.
	cols := []string{"subject_id", "anchor_on", "value", "manager_id", "unassigned_reason", "excluded_reason"}
	want(t, r, "m_b4_review", cols, "a|2026-10-10|5400|NULL|service_manager|NULL", "c|2026-10-09|0|NULL|service_manager|NULL",
		"d|2026-10-10|NULL|NULL|service_manager|test")
	want(t, r, "m_b4_acceptance", cols, "a|2026-10-12|27000|M1|NULL|NULL")
}
