package transform_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// TestTies_services: services of one customer with the same start and end are one stretch of activity, and one member
// of each cohort. Customers with one to five such services and different starts: an engine sorts few tied rows alike
// each time.
func TestTies_services(t *testing.T) {
	services, assignments := "service_id, customer_id, product, started_on, ended_on", "customer_id, manager_id, valid_from"
	for i := range 300 {
		assignments += fmt.Sprintf("\nC%d, M1, 2020-01-01", i)
		for j := range 1 + i*i%8 {
			services += fmt.Sprintf("\nS%[1]d-%[2]d, C%[1]d, 专线, %[3]d-%02d-01,", i, j, 2010+i*7%16, 1+i*5%12)
		}
	}
	r := modeltest.Run(t, modeltest.Given{
		"services": services, "assignments": assignments,
		"cases": "case_id, customer_id, kind, created_at\nK1, C1, consult, 2026-09-03 08:00:00",
	}, "fct_activity", "fct_cohort_members")
	// The last start is 2025-12-01: October's list has each customer once, with 31 days.
	for _, query := range []string{
		"select count(*), count(distinct customer_id), min(days), max(days) from fct_cohort_members where period_kind = 'month' and starts_on = date '2026-10-01' and not is_shared",
		"select count(*), count(distinct customer_id), 31, 31 from fct_activity where valid_to = date '2199-12-31'",
	} {
		if diff := cmp.Diff([]string{"300|300|31|31"}, r.Query(query)); diff != "" {
			t.Errorf("%s\n%s", query, diff)
		}
	}
}

// TestTies_caseMoves: a reopen that two feeds tell of the same second is one, caused by the customer when either says
// so; a stretch that begins and ends with another one is part of it.
func TestTies_caseMoves(t *testing.T) {
	const cases = 500
	wide := "case_id, customer_id, kind, created_at, callback_at, callback_result"
	events, log := "case_id, at, type, reason", "case_id, at, type, activity, reason"
	for i := range cases {
		wide += fmt.Sprintf("\nK%d, C, request, 2026-10-12 08:30:00, 2026-10-13 09:00:00, unsolved", i)
		events += fmt.Sprintf("\nK%d, 2026-10-12 10:00:00, resolve,", i) +
			fmt.Sprintf("\nK%d, 2026-10-12 10:00:00, pause, 待客户", i) +
			fmt.Sprintf("\nK%d, 2026-10-12 10:00:00, reopen, 待客户", i) +
			fmt.Sprintf("\nK%d, 2026-10-13 08:30:00, resolve,", i) +
			fmt.Sprintf("\nK%d, 2026-10-13 09:00:00, reopen, 待客户", i) +
			fmt.Sprintf("\nK%d, 2026-10-13 10:00:00, resolve,", i)
		log += fmt.Sprintf("\nK%d, 2026-10-12 10:00:00, resolve, 一, 退单", i) +
			fmt.Sprintf("\nK%d, 2026-10-13 10:00:00, resolve, 二,", i)
	}
	r := modeltest.Run(t, modeltest.Given{"cases": wide, "case_events": events, "case_log": log}, "fct_case_moves", "fct_case_pauses")
	// Five moves each: resolved, reopened in the same second, resolved, reopened half an hour later by the customer
	// (the call-back, which is not, is the same move), resolved.
	moves := "select event_type, event_at, customer_side, resolve_no, from_last, count(*) from fct_case_moves group by all order by event_at, from_last desc"
	if diff := cmp.Diff([]string{
		"resolve|2026-10-12 10:00:00|false|1|5|500", "reopen|2026-10-12 10:00:00|true|1|4|500",
		"resolve|2026-10-13 08:30:00|false|2|3|500", "reopen|2026-10-13 09:00:00|true|2|2|500",
		"resolve|2026-10-13 10:00:00|false|3|1|500",
	}, r.Query(moves)); diff != "" {
		t.Error(diff)
	}
	// The pause of 10:00 ends with the resolve of that second, and so does the wait for the reopen: one stretch of no
	// length. The other is the half hour before the second reopen.
	pauses := "select pause_no, to_s - from_s, to_f - from_f, before_s, count(*) from fct_case_pauses group by all order by all"
	if diff := cmp.Diff([]string{"1|0|0|0|500", "2|1800|1800|0|500"}, r.Query(pauses)); diff != "" {
		t.Error(diff)
	}
}

// TestTies_A3: of two questions that a contact answers in one questionnaire the first by name counts.
func TestTies_A3(t *testing.T) {
	surveys := "survey_id, question, customer_id, contact_id, kind, metric, sent_at, answered_at, score, scale_min, scale_max"
	for i := range 500 {
		for _, q := range []string{"乙, %d", "甲, %d"} {
			q, _, _ := strings.Cut(q, ",")
			surveys += fmt.Sprintf("\ns%d, %s, C1, P%[1]d, relationship, nps, 2026-10-01 09:00:00, 2026-10-02 09:00:00, 9, 0, 10", i, q)
		}
	}
	// customer_cap keeps one answer of each question and customer: s99, the last by name.
	r := modeltest.Run(t, modeltest.Given{"assignments": assignments, "surveys": surveys}, "m_a3")
	want(t, r, "m_a3 where excluded_reason is null or excluded_reason <> 'customer_cap'",
		[]string{"subject_id", "category", "num", "excluded_reason"}, "s99/乙|乙|1|NULL", "s99/甲|甲|NULL|contact_cap")
}

// TestTies_linesOfOneFile: a line that a later line of the same file replaced was never true.
func TestTies_linesOfOneFile(t *testing.T) {
	customers, managers := "customer_id, name, region, superseded_by", "manager_id, name, team, superseded_by"
	for i := range 500 {
		customers += fmt.Sprintf("\nC%d, 甲, 东, 1\nC%[1]d, 甲, 西,", i)
		managers += fmt.Sprintf("\nM%d, 乙, T1, 1\nM%[1]d, 乙, T2,", i)
	}
	r := modeltest.Run(t, modeltest.Given{"customers": customers, "managers": managers}, "dim_customers", "dim_accounts", "dim_managers")
	if diff := cmp.Diff([]string{"1900-01-01|西|500"}, r.Query("select valid_from, region, count(*) from dim_accounts where customer_id is not null group by all order by all")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"T2|500"}, r.Query("select team, count(*) from dim_managers group by all order by all")); diff != "" {
		t.Error(diff)
	}
}
