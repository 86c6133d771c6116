package sql

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRuleNeeds: a measure needs the rules whose absence leaves rows out, not those that only change its numbers.
func TestRuleNeeds(t *testing.T) {
	fact := `with ruled as (
  select c.id, w.value as days, l.limit_s, g.name is null as is_unset
  from stg_a c
  left join rule_params w on w.name = 'days' and w.valid_from <= c.at
  left join rule_limits l on l.rule = 'first_response'
  left join rule_params g on g.name = 'gap'
)
select r.id, r.days, r.is_unset, case when r.id is null then 'merged' end as other,
  case when r.id is null then 'merged' when r.limit_s is null then 'rule_unset' when r.days > 3 then 'late' end as excluded
from ruled r`
	for name, test := range map[string]struct {
		query string
		want  []string
	}{
		"passed on":         {"select f.excluded as excluded_reason, f.days from fct_a f", []string{"rule_limits.first_response"}},
		"taken back":        {"select case when f.excluded in ('rule_unset', 'paused') then null else f.excluded end as excluded_reason from fct_a f", nil},
		"another reason":    {"select f.other as excluded_reason, f.days from fct_a f", nil},
		"its own condition": {"select case when f.other is not null then f.other when f.is_unset then 'rule_unset' end as excluded_reason from fct_a f", []string{"rule_params.gap"}},
		"through a star":    {"with x as (select f.*, f.excluded as excluded_reason from fct_a f) select * from x", []string{"rule_limits.first_response"}},
		"second arm":        {"select cast(null as varchar) as excluded_reason from fct_a f union all select f.excluded from fct_a f", []string{"rule_limits.first_response"}},
		"its own join":      {"select f.other as excluded_reason from fct_a f join rule_params p on p.name = 'own'", []string{"rule_params.own"}},
		"its own left join": {"select f.other as excluded_reason from fct_a f left join rule_params p on p.name = 'own'", nil},
	} {
		models := []Model{model(t, "stg_a", "select id, kind, at from raw.cases"), model(t, "fct_a", fact), model(t, "m_x1", test.query)}
		needs, err := RuleNeeds(models)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, texts(needs["X1"])); diff != "" {
			t.Errorf("%s\n%s", name, diff)
		}
	}
}

func texts(reads []RuleRead) []string {
	var out []string
	for _, r := range reads {
		out = append(out, r.Table+"."+r.Name)
	}
	return out
}

// TestRuleNeeds_builtIn lists what each built-in measure cannot do without: without it, and with all else set, some of its
// rows read 未配置.
func TestRuleNeeds_builtIn(t *testing.T) {
	models, err := Load(Embedded)
	if err != nil {
		t.Fatal(err)
	}
	needs, err := RuleNeeds(models)
	if err != nil {
		t.Fatal(err)
	}
	answers := []string{"rule_params.survey_edit_hours", "rule_params.survey_valid_days"}
	resolution, window := "rule_limits.resolution", "rule_params.reopen_window_days"
	churn, base := "rule_params.churn_zero_months", "rule_params.retention_base_months"
	duties := []string{"rule_cadences.visit", "rule_params.visit_min_gap_days"}
	save, steps := []string{"rule_params.save_days"}, []string{"rule_limits.save_notice", "rule_limits.save_start"}
	owned := []string{"rule_params.tier_min_owned_days"}
	business := []string{"rule_params.clawback_days", "rule_weights.new_business"}
	want := map[string][]string{
		"A1": answers, "A1.attitude": answers, "A2": answers, "A3": answers, "A4": answers, "A4.easy": answers,
		"A5": {"rule_params.survey_response_days"}, "A6": append([]string{"rule_limits.survey_recovery"}, answers...),
		"A7": {"rule_limits.feedback_answer", window}, "A8": {"rule_limits.acceptance_feedback"},
		"B1": {"rule_limits.first_response"}, "B2": nil, "B2.calendar": nil, // a duration is one whatever the limit is
		"B3": {"rule_limits.progress"}, "B4": {"rule_limits.plan"}, "B4.acceptance": nil, "B4.review": nil, "B5": {"rule_limits.first_response"},
		"C1": {resolution, window}, "C2": {resolution, "rule_params.decided_after_days", window}, "C3": {window}, "C3.calendar": {window},
		"C4": {window}, "C5": {window}, "C6": {resolution, window}, "C6.open": nil, "C7": {window},
		"D1": nil, "D1.revenue": nil, "D2": {"rule_limits.complaint_answer", window},
		"D2.statutory": {"rule_params.complaint_statutory_days", window},
		"D3":           {"rule_limits.callback"}, "D3.attempted": {"rule_limits.callback"}, "D4": nil, "D5": {"rule_params.repeat_complaint_days"},
		"D6": nil, "D7": nil, "D7.faults": nil, "D7.transfers": nil,
		"E1": {"rule_limits.restore"}, "E1.statutory": {"rule_params.fault_rural_hours", "rule_params.fault_urban_hours"},
		"E2": nil, "E2.outage": nil, "E3": {"rule_limits.fault_review"}, "K3": {"rule_limits.tier_notice"}, "P1": {"rule_limits.handoff"},
		"F1": duties, "F2": duties, "F7": duties, "F3": {"rule_params.visit_min_minutes", "rule_params.visit_record_working_days"},
		"F4": duties[:1], "F4.share": duties[:1], "F5": nil, "F6": {"rule_params.visit_issue_days"}, "F8": duties[:1],
		"H1": save, "H1.revenue": save, "H1.interim": save, "H3": save,
		"H2.manager": steps, "H2.hall": steps, // both steps are rows of one fact
		"I1": {"rule_params.collection_grace_days"}, "I2": nil, "I3": nil, "I4": nil,
		"I5": {"rule_params.dunning_step_1_days", "rule_params.dunning_step_2_days", "rule_params.dunning_step_3_days"},
		"G1": {churn}, "G4": {churn}, "G4.survival": {churn}, "G2": {churn, base}, "G3": {churn, base}, "K1": owned, "K2": owned,
		"J1": business, "J1.volume": business, "J2": {"rule_params.opportunity_open_days"}, "J3": {"rule_limits.provisioning"},
		"J4": nil, "J4.first": nil, "J4.scope": nil, "J5": nil,
		"L1": nil, "L1.attitude": nil, "L1.shopper": nil, "L2": nil, "L2.kappa": nil, "L2.second": nil, "L3": nil, "L4": nil,
		"M1": nil, "M1.passed": nil, "M2": {"rule_params.profile_fresh_days"}, "M3": nil, "M4": nil,
		"M5": {"rule_params.call_seconds_max"}, "M6": nil,
		"W1": nil, "W2": nil, "W3": nil, "W4": {resolution, window}, "W4.kept": {resolution, window},
		"W5": {"rule_cadences.visit", "rule_params.visit_min_gap_days"},
		"W6": {resolution, "rule_params.close_to_deadline_minutes", window},
	}
	got := map[string][]string{}
	for id, list := range needs {
		got[id] = texts(list)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
