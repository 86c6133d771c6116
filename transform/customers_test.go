package transform_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// want compares the rows of a model, as sorted lines of the named columns, with those worked out by hand.
func want(t *testing.T, r *modeltest.Result, model string, columns []string, lines ...string) {
	t.Helper()
	slices.Sort(lines)
	if diff := cmp.Diff(lines, r.Rows(model, columns...)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", model, diff)
	}
}

var verdict = []string{"subject_id", "manager_id", "unassigned_reason", "num", "den", "excluded_reason"}

// Two managers; C1 is handed over on 2026-10-15, and M1 leaves after 2026-10-20.
var (
	managers = `manager_id, name, team, unit_id, left_on, reports_to
		M1, 甲, T1, U1, 2026-10-20, B1
		M2, 乙, T2, U1, , B1
		B1, 丙, T0, U0, ,`
	assignments = `customer_id, manager_id, valid_from, valid_to, role
		C1, M1, 2020-01-01, 2026-10-14, owner
		C1, M2, 2026-10-15, , owner
		C2, M1, 2020-01-01, , owner
		C3, M2, 2020-01-01, ,
		C3, M1, 2020-01-01, , deputy`
)

func TestDimAccounts(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": managers,
		"assignments": assignments + `
			C4, M2, 2026-03-01, , owner`,
		"customers": `customer_id, name, region, valid_from, merged_into, merged_at
			C1, 一, 北, , ,
			C2, 二, 北, , C3, 2026-09-15 14:00:00
			C3, 三, 南, , ,
			C3, 三, 西, 2026-10-01, ,`,
		"tier_history": `customer_id, effective_from, tier, approved_at
			C3, 2025-01-01, 3, 2024-12-20 09:00:00
			C3, 2026-07-01, 2, 2026-10-05 09:00:00
			C3, 2026-11-01, 1,`,
	}, "dim_accounts")
	// C1: valid_to 10-14 is the last day, so M2 begins on 10-15.
	// C2: M1's until merged on 09-15 14:00, from that day all of C3's (M2, 南 then 西, tiers 3 and 2); C1's M1 having left
	// does not matter to it any more.
	// C3: tier 2 is approved on 10-05 and counts from then; tier 1 was never approved. A deputy is no owner.
	// C4: nobody before 2026-03-01.
	want(t, r, "dim_accounts where account_no > 0", []string{"customer_id", "valid_from", "valid_to", "manager_id", "unassigned_reason", "team", "region", "tier"},
		"C1|1900-01-01|2020-01-01|NULL|no_owner|NULL|北|NULL",
		"C1|2020-01-01|2026-10-15|M1|NULL|T1|北|NULL",
		"C1|2026-10-15|2199-12-31|M2|NULL|T2|北|NULL",
		"C2|1900-01-01|2020-01-01|NULL|no_owner|NULL|北|NULL",
		"C2|2020-01-01|2026-09-15|M1|NULL|T1|北|NULL",
		"C2|2026-09-15|2026-10-01|M2|NULL|T2|南|3",
		"C2|2026-10-01|2026-10-05|M2|NULL|T2|西|3",
		"C2|2026-10-05|2199-12-31|M2|NULL|T2|西|2",
		"C3|1900-01-01|2020-01-01|NULL|no_owner|NULL|南|NULL",
		"C3|2020-01-01|2025-01-01|M2|NULL|T2|南|NULL",
		"C3|2025-01-01|2026-10-01|M2|NULL|T2|南|3",
		"C3|2026-10-01|2026-10-05|M2|NULL|T2|西|3",
		"C3|2026-10-05|2199-12-31|M2|NULL|T2|西|2",
		"C4|1900-01-01|2026-03-01|NULL|no_owner|NULL|NULL|NULL",
		"C4|2026-03-01|2199-12-31|M2|NULL|T2|NULL|NULL",
	)
	edge(t, 25, "a tier approved retroactively counts from the approval on", r, "dim_accounts where customer_id = 'C3' and valid_from >= date '2026-01-01'",
		[]string{"valid_from", "tier"}, "2026-10-01|3", "2026-10-05|2")
}

func TestDimAccounts_leaverAndTeam(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": `manager_id, name, team, valid_from, left_on
			M1, 甲, T1, 2019-01-01, 2026-10-20
			M1, 甲, T2, 2026-05-01, 2026-10-20`,
		"assignments": `customer_id, manager_id, valid_from, valid_to
			C1, M1, 2020-01-01, 2026-10-25
			C2, M1, 2020-01-01, 2026-10-20`,
	}, "dim_accounts")
	// left_on 10-20 is the last day: from 10-21 on the customer is a leaver's until the assignment ends (last day 10-25),
	// then nobody's. C2's assignment ends with the manager: nobody's, not a leaver's.
	want(t, r, "dim_accounts where account_no > 0 and valid_to > date '2026-01-01'", []string{"customer_id", "valid_from", "valid_to", "manager_id", "unassigned_reason", "team"},
		"C1|2020-01-01|2026-05-01|M1|NULL|T1",
		"C1|2026-05-01|2026-10-21|M1|NULL|T2",
		"C1|2026-10-21|2026-10-26|NULL|leaver|NULL",
		"C1|2026-10-26|2199-12-31|NULL|no_owner|NULL",
		"C2|2020-01-01|2026-05-01|M1|NULL|T1",
		"C2|2026-05-01|2026-10-21|M1|NULL|T2",
		"C2|2026-10-21|2199-12-31|NULL|no_owner|NULL",
	)
	edge(t, 15, "the owner left, the customer is the leaver's queue until the assignment ends", r, "dim_accounts where account_no > 0 and valid_from >= date '2026-05-01'",
		[]string{"customer_id", "valid_from", "valid_to", "manager_id", "unassigned_reason"},
		"C1|2026-05-01|2026-10-21|M1|NULL", "C1|2026-10-21|2026-10-26|NULL|leaver", "C1|2026-10-26|2199-12-31|NULL|no_owner",
		"C2|2026-05-01|2026-10-21|M1|NULL", "C2|2026-10-21|2199-12-31|NULL|no_owner")
}

// Without any approval time in the whole feed every tier counts from its effective day (neighbour of the test above).
func TestDimAccounts_noApprovalsKept(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"tier_history": `customer_id, effective_from, tier
			C1, 2026-07-01, 2`,
	}, "dim_accounts")
	want(t, r, "dim_accounts where account_no > 0", []string{"customer_id", "valid_from", "tier"}, "C1|1900-01-01|NULL", "C1|2026-07-01|2")
}

func TestOwnerDays(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": managers, "assignments": assignments,
		"customers": `customer_id, name
			C1, 一
			C3, 三`,
		"services": `service_id, customer_id, product, started_on, ended_on
			S1, C1, 专线, 2020-01-01,
			S3, C3, 专线, 2020-01-01, 2026-10-09
			S4, C3, 专线, 2026-10-12,`,
		"cases": `case_id, customer_id, kind, created_at
			K1, C1, consult, 2026-10-03 08:00:00`,
	}, "fct_owner_days")
	// The first event is of October, so October is the only month. C1: 14 days M1 + 17 days M2 = 31.
	// C3: active 10-01..10-09 (ended_on is the last day) and 10-12..10-31: 9 + 20 = 29 of M2.
	want(t, r, "fct_owner_days join dim_owners using (owner_no)", []string{"customer_id", "ym", "manager_id", "days"},
		"C1|202610|M1|14", "C1|202610|M2|17", "C3|202610|M2|29")
}

func TestA1(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": managers, "assignments": assignments,
		"surveys": `survey_id, customer_id, kind, sent_at, answered_at, score, scale_min, scale_max, reversed, voided, staff
			a01, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 4, 1, 5, , ,
			a02, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 3, 1, 5, , ,
			a03, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 6, 1, 7, , ,
			a04, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 5, 1, 7, , ,
			a05, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 8, 1, 10, , ,
			a06, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 7, 1, 10, , ,
			a07, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 2, 1, 5, true, ,
			a08, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 3, 1, 5, true, ,
			a09, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 8, 0, 10, , ,
			a10, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 7, 0, 10, , ,
			b01, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 5, 1, 5, , true,
			b02, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 5, 1, 5, , , true
			b03, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 6, 1, 5, , ,
			b04, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 5, , , , ,
			b05, C3, transaction, 2026-10-01 09:00:00, , , 1, 5, , ,
			b06, C3, transaction, 2026-10-01 09:00:00, 2026-11-01 00:00:01, 5, 1, 5, , ,
			c01, C3, transaction, 2026-09-01 23:00:00, 2026-10-01 08:00:00, 5, 1, 5, , ,
			c02, C3, transaction, 2026-09-01 23:00:00, 2026-10-02 08:00:00, 5, 1, 5, , ,
			d01, C3, relationship, 2026-10-01 09:00:00, 2026-10-05 09:00:00, 5, 1, 5, , ,
			d02, C3, relationship, 2026-10-01 09:00:00, 2026-10-25 09:00:00, 2, 1, 5, , ,
			d03, C3, relationship, 2026-09-20 09:00:00, 2026-09-30 23:59:59, 5, 1, 5, , ,
			e01, C9, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 5, 1, 5, , ,`,
	}, "m_a1")
	// a: 5 points 4-5, 7 points 6-7 (5.6 is not reached by 5), 10 points 8-10; reversed 2 of 5 mirrors to 1+5-2 = 4, 3 stays 3.
	// b05 is not answered, b06 not yet: no rows. c: 30 days after 09-01 is 10-01, still valid; 10-02 is the 31st.
	// d: of one customer's relationship answers of October the last counts, September's has its own month.
	// e01: a customer nobody knows counts, in no_owner.
	want(t, r, "m_a1", verdict,
		"a01|M2|NULL|1|1|NULL", "a02|M2|NULL|0|1|NULL", "a03|M2|NULL|1|1|NULL", "a04|M2|NULL|0|1|NULL",
		"a05|M2|NULL|1|1|NULL", "a06|M2|NULL|0|1|NULL", "a07|M2|NULL|1|1|NULL", "a08|M2|NULL|0|1|NULL",
		"a09|M2|NULL|1|1|NULL", "a10|M2|NULL|0|1|NULL",
		"b01|M2|NULL|NULL|NULL|voided", "b02|M2|NULL|NULL|NULL|staff", "b03|M2|NULL|NULL|NULL|out_of_scale", "b04|M2|NULL|NULL|NULL|scale_unset",
		"c01|M2|NULL|1|1|NULL", "c02|M2|NULL|NULL|NULL|late_answer",
		"d01|M2|NULL|NULL|NULL|customer_cap", "d02|M2|NULL|0|1|NULL", "d03|M2|NULL|1|1|NULL",
		"e01|NULL|no_owner|1|1|NULL",
	)
	edge(t, 37, "a scale with 1 as the best is mirrored form by form", r, "m_a1 where subject_id in ('a01', 'a02', 'a07', 'a08')", verdict,
		"a01|M2|NULL|1|1|NULL", "a02|M2|NULL|0|1|NULL", "a07|M2|NULL|1|1|NULL", "a08|M2|NULL|0|1|NULL")
	edge(t, 19, "of one customer's relationship answers of a month one counts", r, "m_a1 where subject_id like 'd%'", verdict,
		"d01|M2|NULL|NULL|NULL|customer_cap", "d02|M2|NULL|0|1|NULL", "d03|M2|NULL|1|1|NULL")
}

// Of a survey with two questions the one tagged attitude is A1.attitude, and both are A1. 4 of 5 is satisfied, 3 is not; what was
// voided counts in neither.
func TestA1_attitude(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": managers, "assignments": assignments,
		"surveys": `survey_id, question, customer_id, kind, sent_at, answered_at, score, scale_min, scale_max, voided
			q1, attitude, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 4, 1, 5,
			q1, overall, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 2, 1, 5,
			q2, attitude, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 3, 1, 5,
			q3, attitude, C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 5, 1, 5, true
			q4, , C3, transaction, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 5, 1, 5,`,
	}, "m_a1", "m_a1_attitude")
	counted := []string{"subject_id", "num", "den", "excluded_reason"}
	want(t, r, "m_a1_attitude", counted, "q1/attitude|1|1|NULL", "q2/attitude|0|1|NULL", "q3/attitude|NULL|NULL|voided")
	want(t, r, "m_a1 where excluded_reason is null", counted, "q1/attitude|1|1|NULL", "q1/overall|0|1|NULL", "q2/attitude|0|1|NULL", "q4|1|1|NULL")
}

func TestA1_cases(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": managers, "assignments": assignments,
		"cases": `case_id, customer_id, kind, created_at, resolved_at, department, category, merged_into
			K1, C1, complaint, 2026-10-12 09:00:00, 2026-10-14 17:00:00, , billing,
			K2, C1, complaint, 2026-10-12 09:00:00, 2026-10-15 00:00:00, U1, billing,
			K3, C1, fault, 2026-10-12 09:00:00, 2026-10-14 17:00:00, NET, ,
			K4, C1, fault, 2026-10-12 09:00:00, , , , K1`,
		"surveys": `survey_id, customer_id, case_id, contact_id, sent_at, answered_at, score, scale_min, scale_max, superseded_by
			s1, C1, K1, P1, 2026-10-15 09:00:00, 2026-10-20 10:00:00, 5, 1, 5,
			s2, C1, K1, P1, 2026-10-15 09:00:00, 2026-10-23 10:00:00, 2, 1, 5,
			s3, C1, K1, P1, 2026-10-15 09:00:00, 2026-10-23 10:00:01, 5, 1, 5,
			s4, C1, K1, P2, 2026-10-15 09:00:00, 2026-10-24 10:00:00, 5, 1, 5,
			s5, C1, K2, P1, 2026-10-16 09:00:00, 2026-10-20 10:00:00, 5, 1, 5,
			s6, C1, K3, P1, 2026-10-16 09:00:00, 2026-10-20 10:00:00, 5, 1, 5,
			s7, C1, K4, P1, 2026-10-16 09:00:00, 2026-10-20 10:00:00, 5, 1, 5,
			v1, C1, K2, P3, 2026-10-16 09:00:00, 2026-10-20 10:00:00, 5, 1, 5, 1
			v1, C1, K2, P3, 2026-10-16 09:00:00, 2026-10-22 10:00:00, 3, 1, 5, 1
			v1, C1, K2, P3, 2026-10-16 09:00:00, 2026-10-25 10:00:00, 5, 1, 5,`,
	}, "m_a1")
	// K1 is resolved on 10-14, M1's last day; K2 at 10-15 00:00, M2's first instant. Both answered in M2's time.
	// s1-s3: 72 hours after 10-20 10:00 is 10-23 10:00: s2 is the last inside, s3 a second too late. s4 is another contact.
	// s6: the case is of another department than the owner's unit U1, K2's department is his own.
	// s7: its case was merged into K1 and never resolved itself: K1's resolve counts.
	// v1: changed on the second day (counts: 3 of 5) and on the fifth (only kept).
	want(t, r, "m_a1", append(verdict, "category"),
		"s1|M1|NULL|NULL|NULL|superseded_answer|billing",
		"s2|M1|NULL|0|1|NULL|billing",
		"s3|M1|NULL|NULL|NULL|superseded_answer|billing",
		"s4|M1|NULL|1|1|NULL|billing",
		"s5|M2|NULL|1|1|NULL|billing",
		"s6|NULL|other_department|1|1|NULL|NULL",
		"s7|M1|NULL|1|1|NULL|NULL",
		"v1|M2|NULL|0|1|NULL|billing",
	)
	edge(t, 17, "a survey changed three times, the last within the window counts", r, "m_a1 where subject_id in ('s1', 's2', 's3', 'v1')", verdict,
		"s1|M1|NULL|NULL|NULL|superseded_answer", "s2|M1|NULL|0|1|NULL", "s3|M1|NULL|NULL|NULL|superseded_answer", "v1|M2|NULL|0|1|NULL")
	edge(t, 18, "the survey of a merged case stays, by the survivor's resolve", r, "m_a1 where subject_id in ('s6', 's7')", verdict,
		"s6|NULL|other_department|1|1|NULL", "s7|M1|NULL|1|1|NULL")
	edge(t, 19, "two contacts of one customer both count about a case", r, "m_a1 where subject_id in ('s2', 's4')", verdict,
		"s2|M1|NULL|0|1|NULL", "s4|M1|NULL|1|1|NULL")
}

func TestA1_unsetRule(t *testing.T) {
	given := modeltest.Given{"surveys": `survey_id, customer_id, kind, sent_at, answered_at, score, scale_min, scale_max
		s1, C1, relationship, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 5, 1, 5
		s2, C2, relationship, , 2026-10-02 09:00:00, 5, 1, 5`}
	r := modeltest.Setup{Rules: "version: none\n"}.Run(t, given, "m_a1")
	// Whether s1 is late depends on a limit that is not set; s2 names no event that it could be late after.
	want(t, r, "m_a1", verdict, "s1|NULL|no_owner|NULL|NULL|rule_unset", "s2|NULL|no_owner|1|1|NULL")
}

func TestA2(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"assignments": assignments,
		"surveys": `survey_id, customer_id, kind, metric, sent_at, answered_at, score, scale_min, scale_max, reversed
			s1, C3, transaction, csat, , 2026-10-02 09:00:00, 4, 1, 5,
			s2, C3, transaction, csat, , 2026-10-02 09:00:00, 5, 1, 7,
			s3, C3, transaction, index, , 2026-10-02 09:00:00, 10, 1, 10,
			s4, C3, transaction, csat, , 2026-10-02 09:00:00, 2, 1, 5, true
			s5, C3, transaction, csat, , 2026-10-02 09:00:00, 7, 1, 12,
			s6, C3, transaction, nps, , 2026-10-02 09:00:00, 9, 0, 10,
			s7, C3, transaction, csat, , 2026-10-02 09:00:00, 73, 0, 100,`,
	}, "m_a2")
	// s1 (4-1)/4 = 75 %: 9450 of 12600. s2 (5-1)/6 = 2/3: 8400. s3 9/9: 12600. s4 mirrors to 4: 9450.
	// s5: a width of 11 does not divide 12600. s6: NPS is A3. s7: 73 %: 9198.
	want(t, r, "m_a2", verdict,
		"s1|M2|NULL|9450|12600|NULL", "s2|M2|NULL|8400|12600|NULL", "s3|M2|NULL|12600|12600|NULL", "s4|M2|NULL|9450|12600|NULL",
		"s5|M2|NULL|NULL|NULL|scale_unsupported", "s7|M2|NULL|9198|12600|NULL")
}

func TestA3(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"assignments": assignments,
		"surveys": `survey_id, customer_id, contact_id, kind, metric, sent_at, answered_at, score, scale_min, scale_max
			s1, C1, P1, relationship, nps, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 9, 0, 10
			s2, C2, P2, relationship, nps, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 8, 0, 10
			s3, C3, P3, relationship, nps, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 7, 0, 10
			s4, C4, P4, relationship, nps, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 6, 0, 10
			s5, C5, P5, transaction, nps, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 9, 0, 10
			s6, C6, P6, relationship, nps, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 4, 0, 5
			s7, C1, P1, relationship, nps, 2026-07-01 09:00:00, 2026-07-01 00:00:00, 3, 0, 10
			s8, C1, P1, relationship, nps, 2026-06-29 09:00:00, 2026-06-30 23:59:59, 3, 0, 10
			s9, C7, , relationship, nps, , 2026-07-02 09:00:00, 10, , `,
	}, "m_a3")
	// Promoter 9, passives 8 and 7, detractor 6. P1 answered on 07-01 already, in the same half-year as s1 (contact_cap);
	// 06-30 is another one. s9: an NPS question without a scale is 0-10.
	want(t, r, "m_a3", []string{"subject_id", "num", "den", "excluded_reason"},
		"s1|NULL|NULL|contact_cap", "s2|0|1|NULL", "s3|0|1|NULL", "s4|-1|1|NULL", "s5|NULL|NULL|transaction",
		"s6|NULL|NULL|scale_unsupported", "s7|-1|1|NULL", "s8|-1|1|NULL", "s9|1|1|NULL")
}

func TestA5(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"assignments": assignments,
		"surveys": `survey_id, question, customer_id, kind, sent_at, delivery, answered_at, score, scale_max
			s1, , C3, relationship, 2026-09-01 09:00:00, delivered, 2026-10-01 23:00:00, 5, 5
			s2, , C3, relationship, 2026-09-01 09:00:00, , 2026-10-02 00:00:00, 5, 5
			s3, , C3, relationship, 2026-09-01 09:00:00, bounced, , ,
			s4, , C3, relationship, 2026-09-01 09:00:00, opted_out, , ,
			s5, , C3, relationship, 2026-09-01 09:00:00, capped, , ,
			s6, 价格, C3, relationship, 2026-09-01 09:00:00, delivered, , ,
			s6, 速度, C3, relationship, 2026-09-01 09:00:00, delivered, 2026-09-02 09:00:00, 2, 5
			s7, , C3, relationship, 2026-10-20 09:00:00, delivered, , ,
			s8, , C3, relationship, , , 2026-09-02 09:00:00, 2, 5`,
	}, "m_a5")
	// 30 days after 09-01 is 10-01: s1 is in time, s2 a day late. s6 is one survey with two questions, one answered.
	// s7 matures on 11-19. s8 has no sending: it is no row of a sent cohort.
	want(t, r, "m_a5", append(verdict, "mature_on"),
		"s1|M2|NULL|1|1|NULL|2026-10-01", "s2|M2|NULL|0|1|NULL|2026-10-01",
		"s3|M2|NULL|NULL|NULL|not_delivered|2026-10-01", "s4|M2|NULL|NULL|NULL|opted_out|2026-10-01", "s5|M2|NULL|NULL|NULL|capped|2026-10-01",
		"s6|M2|NULL|1|1|NULL|2026-10-01", "s7|M2|NULL|0|1|NULL|2026-11-19")
	// A questionnaire is void, or filled in by staff, as a whole, whichever of its questions says so.
	r = modeltest.Run(t, modeltest.Given{
		"assignments": assignments,
		"surveys": `survey_id, question, customer_id, kind, sent_at, answered_at, score, scale_max, voided, staff
			v, a, C3, relationship, 2026-09-01 09:00:00, 2026-09-02 09:00:00, 2, 5, false,
			v, b, C3, relationship, 2026-09-01 09:00:00, 2026-09-02 09:00:00, 2, 5, true,
			w, a, C3, relationship, 2026-09-01 09:00:00, 2026-09-02 09:00:00, 2, 5, , true
			w, b, C3, relationship, 2026-09-01 09:00:00, 2026-09-02 09:00:00, 2, 5, ,
			x, a, C3, relationship, 2026-09-01 09:00:00, 2026-09-02 09:00:00, 2, 5, false, false`,
	}, "m_a5")
	want(t, r, "m_a5", verdict, "v|M2|NULL|NULL|NULL|voided", "w|M2|NULL|NULL|NULL|staff", "x|M2|NULL|1|1|NULL")
}
