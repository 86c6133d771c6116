package transform_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/transform"
	"github.com/kamlens/kamlens/transform/modeltest"
)

// The working day is 08:30-12:00 and 14:00-18:00, 7.5 hours. In October 2026 the 1st to 7th are holidays, Saturday the
// 10th is worked in exchange, Sunday the 11th is free. The business instant is 2026-11-01 00:00.
const casesRules = `
version: v1
limits:
  - {rule: first_response, severity: normal, limit: 4 hours, clock: working, to: 2026-10-15}
  - {rule: first_response, severity: normal, limit: 2 hours, clock: working, from: 2026-10-15}
  - {rule: first_response, severity: urgent, limit: 30 minutes, clock: calendar}
  - {rule: first_response, kind: consult, severity: normal, limit: 1 days}
  - {rule: first_response, kind: feedback, severity: normal, limit: 1 working_days}
  - {rule: resolution, kind: request, limit: 10 hours, clock: working}
  - {rule: resolution, kind: fault, limit: 24 hours, clock: calendar}
  - {rule: resolution, kind: complaint, limit: 2 working_days}
  - {rule: resolution, kind: consult, limit: 3 days}
params:
  - {name: reopen_window_days, value: 7}
  - {name: decided_after_days, value: 30}
`

func casesSetup() modeltest.Setup { return modeltest.Setup{Rules: casesRules} }

// Every line names the case, the day its deadline fell on, num, den and the reason.
var due = []string{"subject_id", "anchor_on", "num", "den", "excluded_reason"}

func TestB1_clocks(t *testing.T) {
	r := casesSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, severity, created_at, first_response_at
			a1, C, request, , 2026-10-12 09:00:00, 2026-10-12 15:00:00
			a2, C, request, , 2026-10-12 09:00:00, 2026-10-12 15:00:01
			b1, C, request, normal, 2026-10-09 17:59:59, 2026-10-10 14:29:59
			b2, C, request, normal, 2026-10-09 17:59:59, 2026-10-10 14:30:00
			b3, C, request, normal, 2026-10-16 17:59:59, 2026-10-19 10:29:59
			b4, C, request, normal, 2026-10-16 17:59:59, 2026-10-19 10:30:00
			c1, C, request, normal, 2026-10-01 12:00:00, 2026-10-08 14:30:00
			c2, C, request, normal, 2026-10-01 12:00:00, 2026-10-08 14:30:01
			c3, C, request, normal, 2026-10-01 12:00:00, 2026-10-02 03:00:00
			d1, C, request, urgent, 2026-10-01 12:00:00, 2026-10-01 12:30:00
			d2, C, request, urgent, 2026-10-01 12:00:00, 2026-10-01 12:30:01
			e1, C, request, normal, 2026-10-12 09:00:00, 2026-10-12 08:00:00
			f1, C, request, normal, 2026-10-13 13:00:00, 2026-10-14 08:30:00
			f2, C, request, normal, 2026-10-13 13:00:00, 2026-10-14 08:30:01
			g1, C, request, normal, 2026-10-14 17:00:00, 2026-10-15 11:30:00
			g2, C, request, normal, 2026-10-14 17:00:00, 2026-10-15 11:30:01
			g3, C, request, normal, 2026-10-15 00:00:00, 2026-10-15 10:30:00
			g4, C, request, normal, 2026-10-15 00:00:00, 2026-10-15 10:30:01
			h1, C, request, normal, 2026-10-12 09:00:00,
			i1, C, request, normal, 2026-10-30 16:00:00,
			i2, C, request, normal, 2026-10-30 16:00:01,
			j1, C, request, urgent, 2026-10-31 23:30:00,
			j2, C, request, urgent, 2026-10-31 23:30:01,
			k1, C, request, high, 2026-10-12 09:00:00, 2026-10-12 09:00:00`,
	}, "m_b1", "m_b2", "m_b2_calendar", "fct_cases")
	// a: 09:00-12:00 and 14:00-15:00 are the 4 hours, due 15:00:00; no severity is a normal one.
	// b1 b2: one second on Friday, 12,600 on the worked Saturday morning, 1,799 of 14,400 left: due Saturday 14:29:59 (edge 6).
	// b3 b4: the next Friday, limit 2 hours: one second, then Monday 08:30 + 7,199 s = 10:29:59; this Saturday is free.
	// c: a holiday; the clock starts on the 8th at 08:30, due 14:30; an answer on the holiday took 0 seconds (edge 7).
	// d: urgent, on the calendar: due 12:30:00 at once (edge 8).
	// e1: answered before it was created: 0 seconds (edge 5).
	// f: created over lunch, due at the closing instant of the 13th; the next opening is the same working second (R3).
	// g: the limit of the creation holds: 4 hours until the 14th, 2 hours from the 15th on (edge 12).
	// h1: never answered.
	// i1: due on the closing instant of Friday the 30th: October's. i2: one second of Monday, November's: not yet a row.
	// j1: due on the business instant itself; j2: a second later, not yet.
	// k1: nobody set a limit for high.
	want(t, r, "m_b1", due,
		"a1|2026-10-12|1|1|NULL", "a2|2026-10-12|0|1|NULL",
		"b1|2026-10-10|1|1|NULL", "b2|2026-10-10|0|1|NULL", "b3|2026-10-19|1|1|NULL", "b4|2026-10-19|0|1|NULL",
		"c1|2026-10-08|1|1|NULL", "c2|2026-10-08|0|1|NULL", "c3|2026-10-08|1|1|NULL",
		"d1|2026-10-01|1|1|NULL", "d2|2026-10-01|0|1|NULL",
		"e1|2026-10-12|1|1|NULL", "f1|2026-10-13|1|1|NULL", "f2|2026-10-13|0|1|NULL",
		"g1|2026-10-15|1|1|NULL", "g2|2026-10-15|0|1|NULL", "g3|2026-10-15|1|1|NULL", "g4|2026-10-15|0|1|NULL",
		"h1|2026-10-12|0|1|NULL", "i1|2026-10-30|0|1|NULL", "j1|2026-11-01|0|1|NULL",
		"k1|2026-10-12|NULL|NULL|rule_unset")
	edge(t, 6, "a Saturday worked in exchange counts, another does not", r, "m_b1 where subject_id like 'b%'", due,
		"b1|2026-10-10|1|1|NULL", "b2|2026-10-10|0|1|NULL", "b3|2026-10-19|1|1|NULL", "b4|2026-10-19|0|1|NULL")
	edge(t, 7, "created on a holiday, the working clock starts at the next opening", r, "m_b1 where subject_id in ('c1', 'c2')", due,
		"c1|2026-10-08|1|1|NULL", "c2|2026-10-08|0|1|NULL")
	edge(t, 8, "created on a holiday and urgent, the clock starts at once", r, "m_b1 where subject_id in ('d1', 'd2')", due,
		"d1|2026-10-01|1|1|NULL", "d2|2026-10-01|0|1|NULL")
	edge(t, 5, "answered before it was created, 0 seconds and a flag", r,
		"m_b2 b join fct_cases f using (subject_id) where b.subject_id in ('a2', 'e1')",
		[]string{"b.subject_id", "b.value", "b.num", "b.den", "b.excluded_reason", "f.responded_before_created"},
		"a2|14401|14401|1|NULL|false", "e1|0|0|1|NULL|true")
	want(t, r, "fct_cases where subject_id in ('a1', 'b2', 'd1', 'i1', 'i2')", []string{"subject_id", "response_due_at"},
		"a1|2026-10-12 15:00:00", "b2|2026-10-10 14:29:59", "d1|2026-10-01 12:30:00", "i1|2026-10-30 18:00:00", "i2|2026-11-02 08:30:01")

	// Durations count by the day of the answer, also where no limit is set. c3: no working second, 15 hours by the calendar
	// (12:00 to 03:00). f1: 4 working hours, 19.5 hours by the calendar (13:00 to 08:30).
	took := []string{"subject_id", "anchor_on", "value", "num", "den", "excluded_reason"}
	where := " where subject_id in ('a2', 'c3', 'e1', 'f1', 'h1', 'k1')"
	want(t, r, "m_b2"+where, took, "a2|2026-10-12|14401|14401|1|NULL", "c3|2026-10-02|0|0|1|NULL", "e1|2026-10-12|0|0|1|NULL",
		"f1|2026-10-14|14400|14400|1|NULL", "k1|2026-10-12|0|0|1|NULL")
	want(t, r, "m_b2_calendar"+where, took, "a2|2026-10-12|21601|21601|1|NULL", "c3|2026-10-02|54000|54000|1|NULL",
		"e1|2026-10-12|0|0|1|NULL", "f1|2026-10-14|70200|70200|1|NULL", "k1|2026-10-12|0|0|1|NULL")
}

func TestB1_dayLimits(t *testing.T) {
	r := casesSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, created_at, first_response_at
			a1, C, consult, 2026-10-12 09:00:00, 2026-10-13 23:59:59
			a2, C, consult, 2026-10-12 09:00:00, 2026-10-14 00:00:00
			b1, C, feedback, 2026-10-09 09:00:00, 2026-10-10 20:00:00
			b2, C, feedback, 2026-10-09 09:00:00, 2026-10-11 10:00:00
			b3, C, feedback, 2026-10-09 09:00:00, 2026-10-12 00:00:00
			c1, C, feedback, 2026-10-04 09:00:00, 2026-10-08 23:00:00
			c2, C, feedback, 2026-10-04 09:00:00, 2026-10-09 00:00:00
			d1, C, consult, 2026-10-30 09:00:00,
			d2, C, consult, 2026-10-31 00:00:00,`,
	}, "m_b1", "fct_cases")
	// The day of the event does not count (ruling 3.2). a: one day, until 24:00 of the 13th.
	// b: one working day: Saturday the 10th, worked in exchange, whatever the hour; Sunday has the number of Monday.
	// c: created on a holiday, the first working day after it is the 8th.
	// d1: until 24:00 of the 31st, which is the business instant; d2: until 24:00 of 1 November, not yet a row.
	want(t, r, "m_b1", due,
		"a1|2026-10-13|1|1|NULL", "a2|2026-10-13|0|1|NULL",
		"b1|2026-10-10|1|1|NULL", "b2|2026-10-10|0|1|NULL", "b3|2026-10-10|0|1|NULL",
		"c1|2026-10-08|1|1|NULL", "c2|2026-10-08|0|1|NULL", "d1|2026-10-31|0|1|NULL")
	want(t, r, "m_b1 where subject_id in ('a1', 'b1')", []string{"subject_id", "clock", "limit_s", "limit_days"},
		"a1|calendar|NULL|1", "b1|working|NULL|1")
	want(t, r, "fct_cases where subject_id in ('a1', 'b1')", []string{"subject_id", "response_due_at"},
		"a1|2026-10-14", "b1|2026-10-10 18:00:00")
}

func TestB1_whoAnswers(t *testing.T) {
	r := casesSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, created_at, first_response_at, resolved_at, resolution
			a1, C, request, 2026-10-12 09:00:00, , , 
			a2, C, request, 2026-10-12 09:00:00, 2026-10-12 09:05:00, , 
			b1, C, request, 2026-10-12 09:00:00, , , 
			b2, C, request, 2026-10-12 09:00:00, , , 
			c1, C, request, 2026-10-12 09:00:00, , , 
			d1, C, request, 2026-10-12 09:00:00, , 2026-10-12 15:00:00, solved
			d2, C, request, 2026-10-12 09:00:00, , 2026-10-12 15:00:01, solved
			e1, C, request, 2026-10-12 09:00:00, , , 
			e2, C, request, 2026-10-12 09:00:00, , , 
			f1, C, request, 2026-10-12 09:00:00, , 2026-10-12 09:30:00, self_service
			f2, C, request, 2026-10-12 09:00:00, 2026-10-12 09:10:00, 2026-10-12 09:30:00, self_service`,
		"case_events": `case_id, at, type, actor_kind, public
			a1, 2026-10-12 09:01:00, respond, auto, true
			a1, 2026-10-12 15:00:01, respond, human, true
			a2, 2026-10-12 09:05:00, respond, auto, true
			b1, 2026-10-12 09:10:00, respond, human, false
			b1, 2026-10-12 09:20:00, note, human, true
			b1, 2026-10-12 09:30:00, progress, human, true
			b2, 2026-10-12 09:20:00, note, human, true
			c1, 2026-10-12 15:00:00, respond, ,
			d1, 2026-10-12 16:00:00, respond, human, true`,
		"calls": `call_id, customer_id, started_at, direction, case_id
			1, C, 2026-10-12 14:59:00, out, e1
			2, C, 2026-10-12 10:00:00, in, e2
			3, C, 2026-10-12 10:00:00, out, `,
	}, "m_b1")
	// Due 15:00:00 all. a: auto-replies do not count, nor a wide column that repeats one. b: nor what the customer cannot see,
	// nor a note; progress that he sees does. c1: nobody said who acted and who sees it. d: the resolve is the answer,
	// when it comes first. e: a call to the customer is one, a call from him is not. f1: solved by himself before a person acted.
	want(t, r, "m_b1", []string{"subject_id", "num", "den", "excluded_reason"},
		"a1|0|1|NULL", "a2|0|1|NULL", "b1|1|1|NULL", "b2|0|1|NULL", "c1|1|1|NULL", "d1|1|1|NULL", "d2|0|1|NULL",
		"e1|1|1|NULL", "e2|0|1|NULL", "f1|NULL|NULL|self_service", "f2|1|1|NULL")
}

// TestB1_mergedSeverity: a case is as urgent as the most urgent of those that were merged into it, or merging an urgent case into an
// ordinary one would undo its breach (edge 3). Urgent is due at 09:30, normal at 15:00.
func TestB1_mergedSeverity(t *testing.T) {
	r := casesSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, severity, created_at, first_response_at, merged_into
			a1, C, request, normal, 2026-10-13 09:10:00, 2026-10-13 10:00:00,
			a2, C, request, urgent, 2026-10-13 09:00:00, , a1
			b1, C, request, urgent, 2026-10-13 09:00:00, 2026-10-13 10:00:00,
			b2, C, request, normal, 2026-10-13 09:00:00, , b1
			c1, C, request, , 2026-10-13 09:00:00, 2026-10-13 10:00:00,
			c2, C, request, normal, 2026-10-13 09:00:00, , c1
			d1, C, request, high, 2026-10-13 09:00:00, 2026-10-13 10:00:00,
			d2, C, request, urgent, 2026-10-13 09:00:00, 2026-10-13 09:30:00, d1`,
	}, "m_b1")
	want(t, r, "m_b1", []string{"subject_id", "severity", "num", "den", "excluded_reason"},
		"a1|urgent|0|1|NULL", "a2|urgent|NULL|NULL|merged", "b1|urgent|0|1|NULL", "b2|normal|NULL|NULL|merged",
		"c1|normal|1|1|NULL", "c2|normal|NULL|NULL|merged", "d1|urgent|1|1|NULL", "d2|urgent|NULL|NULL|merged")
}

func TestB1_mergedAndExcluded(t *testing.T) {
	r := casesSetup().Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, created_at, first_response_at, merged_into, dup_of, source_ref, invalid_reason, is_test, initiated_by
			a1, C, request, 2026-10-13 09:00:00, 2026-10-13 10:00:00, , , , , ,
			a2, C, request, 2026-10-12 09:00:00, , a1, , , , ,
			b1, C, request, 2026-10-13 11:00:00, 2026-10-14 16:00:00, , , , , ,
			b2, C, request, 2026-10-13 10:00:00, 2026-10-13 11:00:00, , b1, , , ,
			c1, C, request, 2026-10-13 09:00:00, 2026-10-13 10:00:00, , , , , ,
			c2, C, request, 2026-10-13 09:30:00, , c1, , , , ,
			c3, C, request, 2026-10-13 08:30:00, , c2, , , , ,
			d1, C, request, 2026-10-13 09:00:00, 2026-10-13 10:00:00, , , S-1, , ,
			d2, C, request, 2026-10-13 09:00:00, , , , S-1, , ,
			d3, D, request, 2026-10-13 09:00:00, 2026-10-13 10:00:00, , , S-1, , ,
			e1, C, request, 2026-10-13 09:00:00, , e2, , , , ,
			e2, C, request, 2026-10-13 09:00:00, , e1, , , , ,
			f1, C, request, 2026-10-13 09:00:00, 2026-10-13 10:00:00, , , , 误建, ,
			f2, C, request, 2026-10-13 09:00:00, 2026-10-13 10:00:00, , , , , true,
			f3, C, request, 2026-10-13 09:00:00, 2026-10-13 10:00:00, , , , , false, customer
			f4, C, request, 2026-10-13 09:00:00, 2026-10-13 10:00:00, , , , , , manager
			f5, C, request, 2026-10-13 09:00:00, 2026-10-13 10:00:00, , , , , , system
			f6, C, followup, 2026-10-13 09:00:00, 2026-10-13 10:00:00, f6, , , , ,`,
	}, "m_b1", "m_b2", "fct_cases", "m_c1")
	// a: merging cannot launder a breach: a1 is judged from 10-12 09:00, due 15:00 that day, answered on the 13th (edge 3).
	// b: the duplicate's answer at 11:00 counts for the survivor, from its creation at 10:00: due 13th 16:00.
	// c: a chain: c3 into c2 into c1: from 08:30, due 14:30, answered 10:00.
	// d: two cases of one customer under one source reference are one (edge 4); another customer's is his own.
	// e: merged into each other: both leave, nobody inherits.
	// f6: merged into itself is not merged.
	want(t, r, "m_b1", due,
		"a1|2026-10-12|0|1|NULL", "a2|2026-10-12|NULL|NULL|merged",
		"b1|2026-10-13|1|1|NULL", "b2|2026-10-13|NULL|NULL|duplicate",
		"c1|2026-10-13|1|1|NULL", "c2|2026-10-13|NULL|NULL|merged", "c3|2026-10-13|NULL|NULL|merged",
		"d1|2026-10-13|1|1|NULL", "d2|2026-10-13|NULL|NULL|duplicate", "d3|2026-10-13|1|1|NULL",
		"e1|2026-10-13|NULL|NULL|merged", "e2|2026-10-13|NULL|NULL|merged",
		"f1|2026-10-13|NULL|NULL|invalid", "f2|2026-10-13|NULL|NULL|test", "f3|2026-10-13|1|1|NULL",
		"f4|2026-10-13|NULL|NULL|manager_initiated", "f5|2026-10-13|NULL|NULL|system_initiated", "f6|2026-10-13|1|1|NULL")
	edge(t, 3, "merged after a breach, the survivor inherits it", r, "m_b1 where subject_id in ('a1', 'a2', 'f6')", due,
		"a1|2026-10-12|0|1|NULL", "a2|2026-10-12|NULL|NULL|merged", "f6|2026-10-13|1|1|NULL")
	edge(t, 4, "one source reference twice is one case, another customer's is his own", r, "m_b1 where subject_id like 'd%'", due,
		"d1|2026-10-13|1|1|NULL", "d2|2026-10-13|NULL|NULL|duplicate", "d3|2026-10-13|1|1|NULL")
	// a1: 7 hours of the 12th (09-12, 14-18) and 1.5 of the 13th. b1: 10:00 to 11:00. c1: 08:30 to 10:00.
	want(t, r, "m_b2 where subject_id in ('a1', 'b1', 'c1', 'f5')", []string{"subject_id", "value", "excluded_reason"},
		"a1|30600|NULL", "b1|3600|NULL", "c1|5400|NULL", "f5|NULL|system_initiated")
	// A case that a system raised owes a resolution like any other; a merged one does not.
	want(t, r, "m_c1 where subject_id in ('a2', 'f5', 'f4')", []string{"subject_id", "num", "den", "excluded_reason"},
		"a2|NULL|NULL|merged", "f4|NULL|NULL|manager_initiated", "f5|0|1|NULL")
}

func TestCases_owners(t *testing.T) {
	r := casesSetup().Run(t, modeltest.Given{
		"managers": "manager_id, name, team\nM1, 甲, T1\nM2, 乙, T2",
		"assignments": `customer_id, manager_id, valid_from, valid_to, role
			C, M1, 2020-01-01, 2026-10-12, owner
			C, M2, 2026-10-13, , owner`,
		"tier_history": `customer_id, effective_from, tier, approved_at
			C, 2020-01-01, 3, 2019-12-01 09:00:00
			C, 2026-10-13, 2, 2026-10-01 09:00:00`,
		"cases": `case_id, customer_id, kind, created_at, first_response_at, resolved_at
			a1, C, request, 2026-10-12 17:00:00, 2026-10-13 09:00:00, 2026-10-13 10:00:00
			a2, C, request, 2026-10-13 08:30:00, 2026-10-13 09:00:00, 2026-10-13 10:00:00
			a3, C, request, 2026-10-12 08:30:00, 2026-10-13 09:00:00, 2026-10-12 18:00:00
			a4, C, request, 2026-10-08 08:30:00, , 2026-10-20 18:00:00
			b1, Z, request, 2026-10-12 08:30:00, 2026-10-12 09:00:00, 2026-10-12 18:00:00`,
	}, "m_b1", "m_c1", "m_c3", "fct_cases")
	// The response is the owner's at creation, whoever answered (edge 13); the resolution the owner's at the earlier of
	// deadline and resolve: a1 was resolved on the 13th, a3 on the 12th, a4's 10 hours ended on the 9th. Tier and team go along.
	who := []string{"subject_id", "manager_id", "unassigned_reason", "team", "tier"}
	want(t, r, "m_b1", who, "a1|M1|NULL|T1|3", "a2|M2|NULL|T2|2", "a3|M1|NULL|T1|3", "a4|M1|NULL|T1|3", "b1|NULL|no_owner|NULL|NULL")
	edge(t, 13, "owner changed between creation and response, the owner at creation answers", r, "m_b1 where subject_id in ('a1', 'a2')", who,
		"a1|M1|NULL|T1|3", "a2|M2|NULL|T2|2")
	resolved := []string{"a1|M2|NULL|T2|2", "a2|M2|NULL|T2|2", "a3|M1|NULL|T1|3", "a4|M1|NULL|T1|3", "b1|NULL|no_owner|NULL|NULL"}
	want(t, r, "m_c1", who, resolved...)
	want(t, r, "m_c3", who, resolved...)
}

// TestCheck_caseLogWins: where events are reported, they hold, and a correction in the list of cases has no effect; the
// check counts such values and names case and column. K1 is resolved at 10:00 by its event and at 15:00 by the corrected
// list: the event stands. K2 differs by 59 seconds, which is rounding, and K3 by 60. K4 has no event of that type: the
// list speaks. K5 tells a time after the business instant, which has not happened. K6 was answered by a robot first: the
// list agrees with the person's answer.
func TestCheck_caseLogWins(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"customers": "customer_id,name\nC1,甲",
		"cases": `case_id,customer_id,kind,created_at,first_response_at,resolved_at
			K1,C1,request,2026-10-12 09:00:00,2026-10-12 09:10:00,2026-10-12 15:00:00
			K2,C1,request,2026-10-12 09:00:00,2026-10-12 09:10:59,
			K3,C1,request,2026-10-12 09:00:00,2026-10-12 09:11:00,
			K4,C1,request,2026-10-12 09:00:00,,2026-10-12 15:00:00
			K5,C1,request,2026-10-12 09:00:00,2026-11-02 09:00:00,
			K6,C1,request,2026-10-12 09:00:00,2026-10-12 09:30:00,`,
		"case_events": `case_id,at,type,actor_kind
			K1,2026-10-12 09:10:00,respond,human
			K1,2026-10-12 10:00:00,resolve,human
			K2,2026-10-12 09:10:00,respond,human
			K3,2026-10-12 09:10:00,respond,human
			K4,2026-10-12 09:10:00,respond,human
			K5,2026-10-12 09:10:00,respond,human
			K6,2026-10-12 09:01:00,respond,auto
			K6,2026-10-12 09:30:00,respond,human`,
	})
	i := slices.IndexFunc(r.Transform.Checks, func(c transform.CheckReport) bool { return c.Name == "case_log_wins" })
	if c := r.Transform.Checks[i]; c.BadRows != 2 || !strings.Contains(strings.Join(c.Samples, "\n"), "in_events") || c.Blocking {
		t.Errorf("%+v, want 2 rows that name case and column", c)
	}
	want := []string{"K1|2026-10-12 10:00:00", "K4|2026-10-12 15:00:00"}
	if d := cmp.Diff(want, r.Query("select subject_id, resolved_at from fct_cases where resolved_at is not null order by 1")); d != "" {
		t.Error(d)
	}
}
