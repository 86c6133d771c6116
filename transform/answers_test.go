package transform_test

import (
	"testing"

	"github.com/kamlens/kamlens/transform/modeltest"
)

func TestA4(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": managers, "assignments": assignments,
		"surveys": `survey_id, customer_id, kind, metric, sent_at, answered_at, score, scale_min, scale_max, reversed, voided
			a1, C3, transaction, ces, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 5, 1, 7, ,
			a2, C3, transaction, ces, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 4, 1, 7, ,
			a3, C3, transaction, ces, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 1, 1, 7, true,
			a4, C3, transaction, ces, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 7, , , ,
			b1, C3, transaction, ces, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 5, 1, 5, ,
			b2, C3, transaction, ces, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 5.5, 1, 7, ,
			b3, C3, transaction, ces, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 5, 1, 7, , true
			c1, C3, transaction, csat, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 5, 1, 5, ,
			c2, C3, transaction, ces, 2026-10-01 09:00:00, , , 1, 7, ,`,
	}, "m_a4", "m_a4_easy")
	// a3: 1 of 7 on a reversed scale is 7. a4: a scale that nobody names is 1 to 7. b: other scales, half points, voided.
	cols := []string{"subject_id", "manager_id", "num", "den", "excluded_reason"}
	want(t, r, "m_a4", cols, "a1|M2|5|1|NULL", "a2|M2|4|1|NULL", "a3|M2|7|1|NULL", "a4|M2|7|1|NULL",
		"b1|M2|NULL|NULL|scale_unsupported", "b2|M2|NULL|NULL|scale_unsupported", "b3|M2|NULL|NULL|voided")
	want(t, r, "m_a4_easy", cols, "a1|M2|1|1|NULL", "a2|M2|0|1|NULL", "a3|M2|1|1|NULL", "a4|M2|1|1|NULL",
		"b1|M2|NULL|NULL|scale_unsupported", "b2|M2|NULL|NULL|scale_unsupported", "b3|M2|NULL|NULL|voided")
}

func TestA6(t *testing.T) {
	r := modeltest.Setup{Rules: `
version: v1
limits:
  - {rule: survey_recovery, kind: followup, limit: 2 working_days}
params:
  - {name: reopen_window_days, value: 7}
  - {name: survey_valid_days, value: 30}
  - {name: survey_edit_hours, value: 72}
`}.Run(t, modeltest.Given{
		"surveys": `survey_id, question, customer_id, kind, metric, sent_at, answered_at, score, scale_min, scale_max, voided
			s1, , C1, transaction, csat, 2026-10-08 09:00:00, 2026-10-09 09:00:00, 2, 1, 5,
			s2, , C2, transaction, csat, 2026-10-08 09:00:00, 2026-10-09 09:00:00, 3, 1, 5,
			s3, , C3, transaction, csat, 2026-10-08 09:00:00, 2026-10-09 09:00:00, 4, 1, 10,
			s4, , C4, transaction, csat, 2026-10-08 09:00:00, 2026-10-09 09:00:00, 5, 1, 10,
			s5, Q1, C5, relationship, nps, 2026-10-08 09:00:00, 2026-10-09 09:00:00, 6, 0, 10,
			s6, , C6, relationship, nps, 2026-10-08 09:00:00, 2026-10-09 09:00:00, 7, 0, 10,
			s7, , C7, transaction, csat, 2026-10-08 09:00:00, 2026-10-09 09:00:00, 1, 1, 5,
			s8, , C8, transaction, csat, 2026-10-08 09:00:00, 2026-10-09 09:00:00, 1, 1, 5,
			s9, , C9, transaction, csat, 2026-10-08 09:00:00, 2026-10-09 09:00:00, 1, 1, 5,
			t1, , D1, transaction, csat, 2026-10-08 09:00:00, 2026-10-09 09:00:00, 1, 1, 5,
			t2, , D2, transaction, csat, 2026-10-08 09:00:00, 2026-10-09 09:00:00, 1, 1, 5,
			t3, , D3, transaction, csat, 2026-10-08 09:00:00, 2026-10-09 09:00:00, 1, 1, 5, true
			t4, , D4, transaction, csat, 2026-10-08 09:00:00, 2026-10-29 09:00:00, 1, 1, 5,`,
		"cases": `case_id, customer_id, kind, created_at, survey_id, cause, action, resolved_at, callback_at, callback_result, initiated_by
			f1, C1, followup, 2026-10-09 10:00:00, s1, 慢, 更换, 2026-10-10 10:00:00, 2026-10-12 20:00:00, satisfied, manager
			f7, C7, followup, 2026-10-09 10:00:00, s7, 慢, 更换, 2026-10-10 10:00:00, 2026-10-13 00:00:00, satisfied, 
			f8, C8, followup, 2026-10-09 10:00:00, s8, 慢, , 2026-10-10 10:00:00, 2026-10-12 20:00:00, satisfied, 
			f9, C9, followup, 2026-10-09 10:00:00, s9, 慢, 更换, 2026-10-10 10:00:00, 2026-10-12 20:00:00, unsatisfied, 
			g1, D1, followup, 2026-10-09 10:00:00, t1, 慢, 更换, 2026-10-10 10:00:00, ,, 
			g2, D2, followup, 2026-10-09 10:00:00, t2, 慢, 更换, 2026-10-10 10:00:00, ,, `,
		"case_events": `case_id, at, type
			g1, 2026-10-10 11:00:00, callback_try
			g1, 2026-10-12 11:00:00, callback_try
			g1, 2026-10-12 15:00:00, callback_try
			g2, 2026-10-10 11:00:00, callback_try
			g2, 2026-10-12 11:00:00, callback_try`,
	}, "m_a6")
	// Dissatisfied: at most 40 % of the maximum (2 of 5, 4 of 10), or 0-6 of a recommendation. From Friday the 9th the 10th and the 12th, until
	// its end. s7: confirmed a day late. s8: no action. s9: not confirmed. t1: three tries, not reached; t2: two. t3: voided. t4: due in November.
	want(t, r, "m_a6", due, "s1|2026-10-12|1|1|NULL", "s3|2026-10-12|0|1|NULL", "s5/Q1|2026-10-12|0|1|NULL", "s7|2026-10-12|0|1|NULL",
		"s8|2026-10-12|0|1|NULL", "s9|2026-10-12|0|1|NULL", "t1|2026-10-12|NULL|NULL|unreached", "t2|2026-10-12|0|1|NULL", "t3|2026-10-12|NULL|NULL|voided")
}

// TestA6_accountable: what is owed to a dissatisfied customer is the owner's of the deadline; an answer about a case of another department
// is the company's (A1).
func TestA6_accountable(t *testing.T) {
	r := modeltest.Setup{Rules: "version: v1\nlimits:\n  - {rule: survey_recovery, kind: followup, limit: 2 working_days}\nparams:\n  - {name: reopen_window_days, value: 7}\n  - {name: survey_valid_days, value: 30}\n  - {name: survey_edit_hours, value: 72}\n"}.Run(t, modeltest.Given{
		"managers":    "manager_id, name, unit_id\nM1, 甲, U1\nM2, 乙, U1",
		"customers":   "customer_id, name\nC, c",
		"assignments": "customer_id, manager_id, valid_from, valid_to\nC, M1, 2020-01-01, 2026-10-11\nC, M2, 2026-10-12,",
		"cases": `case_id, customer_id, kind, created_at, resolved_at, department
			k1, C, request, 2026-10-07 09:00:00, 2026-10-08 08:00:00, U1
			k2, C, request, 2026-10-07 09:00:00, 2026-10-08 08:00:00, U9`,
		"surveys": `survey_id, customer_id, case_id, kind, metric, sent_at, answered_at, score, scale_min, scale_max
			s1, C, k1, transaction, csat, 2026-10-08 09:00:00, 2026-10-09 09:00:00, 1, 1, 5
			s2, C, k2, transaction, csat, 2026-10-08 09:00:00, 2026-10-09 09:00:00, 1, 1, 5`,
	}, "m_a6", "m_a1")
	want(t, r, "m_a1", verdict, "s1|M1|NULL|0|1|NULL", "s2|NULL|other_department|0|1|NULL")
	want(t, r, "m_a6", verdict, "s1|M2|NULL|0|1|NULL", "s2|NULL|other_department|0|1|NULL")
}
