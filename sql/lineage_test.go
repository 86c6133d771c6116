package sql

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func model(t *testing.T, name, query string) Model {
	t.Helper()
	header := "-- about: a test\n"
	if name[:2] == "m_" {
		header = "-- id: X1\n-- of: X1\n-- main: yes\n-- name_zh: a\n-- name_en: a\n-- family: a\n-- kind: ratio\n-- over_time: sum\n" +
			"-- unit: share\n-- direction: up\n-- anchor_zh: a\n-- anchor_en: a\n-- needs: a.b\n-- formula_zh: a\n-- formula_en: a\n-- source: a\n"
	}
	folder := map[string]string{"m_": "kpi", "fc": "facts", "st": "staging"}[name[:2]]
	m, err := Parse(folder+"/"+name+".sql", header+query)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestRuleReads: a measure reads what the columns that it uses are made of, and what decides which rows there are.
func TestRuleReads(t *testing.T) {
	fact := `with days as (
  select d.*, w.value as late_after from calendar_days d left join rule_params w on w.name = 'late_after' and w.valid_from <= d.day
), ruled as (
  select c.id, c.at, d.late_after, l1.limit_s as first_s, l2.limit_s as last_s, l1.clock
  from stg_a c
  left join days d on d.day = c.at
  left join rule_limits l1 on l1.rule = 'first_response' and l1.kind = c.kind
  left join rule_limits l2 on l2.rule = 'resolution' and l2.kind = c.kind
)
select r.*, first_s + interval '1' day as x, case when last_s > 0 then 1 else 0 end as y from ruled r`
	for name, test := range map[string]struct {
		query string
		want  []string
	}{
		"one column":            {"select f.first_s from fct_a f", []string{"rule_limits.first_response"}},
		"through an expression": {"select f.x, f.y from fct_a f", []string{"rule_limits.first_response", "rule_limits.resolution"}},
		"through two stars":     {"select late_after from fct_a", []string{"rule_params.late_after"}},
		"a condition":           {"select f.id from fct_a f where f.y = 1", []string{"rule_limits.resolution"}},
		"none":                  {"select f.id, f.at from fct_a f", nil},
		"left join unused":      {"select f.id from fct_a f left join rule_params p on p.name = 'p'", nil},
		"inner join unused":     {"select f.id from fct_a f join rule_params p on p.name = 'p'", []string{"rule_params.p"}},
		"from":                  {"with v as (select tier, required from rule_cadences where kind = 'visit') select v.required from v", []string{"rule_cadences.visit"}},
		"second arm":            {"select f.id as a from fct_a f union all select f.last_s from fct_a f", []string{"rule_limits.resolution"}},
		"no name":               {"select value from rule_params", []string{"rule_params.*"}},
		"in an expression":      {"select f.id, (select max(p.value) from rule_params p where p.name = 'q') as q from fct_a f", []string{"rule_params.q"}},
		"compared further out": {"with term as (select *, coalesce(limit_s, limit_days) as x from rule_limits where limit_s is not null or limit_days is not null), " +
			"bound as (select kind, valid_from as day from term) " +
			"select a.x from bound s left join term a on a.rule = 'first_response' and a.valid_from = s.day left join term b on b.rule = 'resolution'",
			[]string{"rule_limits.first_response"}},
		"renamed on the way": {"with t as (select p.name as which, p.value as v from rule_params p), u as (select t.which as name, v from t) " +
			"select u.v from u where u.name = 'q'", []string{"rule_params.q"}},
		"days only":  {"select valid_from from rule_limits where limit_s is not null", nil},
		"sub-select": {"select s.z from (select f.last_s as z, f.first_s from fct_a f) s", []string{"rule_limits.resolution"}},
	} {
		models := []Model{model(t, "stg_a", "select id, kind, at from raw.cases"), model(t, "fct_a", fact), model(t, "m_x1", test.query)}
		reads, err := RuleReads(models)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range reads["X1"] {
			got = append(got, r.Table+"."+r.Name)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s\n%s", name, diff)
		}
	}
}

// TestRuleReads_builtIn: the measures of response do not depend on the limit of resolution, nor the other way round.
func TestRuleReads_builtIn(t *testing.T) {
	models, err := Load(Embedded)
	if err != nil {
		t.Fatal(err)
	}
	reads, err := RuleReads(models)
	if err != nil {
		t.Fatal(err)
	}
	first, last := RuleRead{"rule_limits", "first_response"}, RuleRead{"rule_limits", "resolution"}
	for id, test := range map[string]struct{ with, without RuleRead }{
		"B1": {first, last},
		"C1": {last, first},
		"C2": {RuleRead{"rule_params", "decided_after_days"}, first},
		"F1": {RuleRead{"rule_cadences", "visit"}, last},
		"A5": {RuleRead{"rule_params", "survey_response_days"}, RuleRead{"rule_params", "survey_valid_days"}},
		"G1": {RuleRead{"rule_params", "transfer_protection_days"}, RuleRead{"rule_params", "retention_base_months"}},
		"K1": {RuleRead{"rule_params", "tier_min_owned_days"}, first},
	} {
		if got := reads[id]; !slices.Contains(got, test.with) || slices.Contains(got, test.without) {
			t.Errorf("%s reads %v: want %v and not %v", id, got, test.with, test.without)
		}
	}
	named := map[string]bool{}
	for _, list := range reads {
		for _, r := range list {
			if r.Name == "*" {
				t.Errorf("a model reads %s without naming a rule", r.Table)
			}
			named[r.Table] = true
		}
	}
	for table := range ruleKeys() {
		if !named[table] {
			t.Errorf("nobody reads %s: the test does not see the models", table)
		}
	}
}

// TestRuleReads_duties: of a union whose SELECTs are duties a measure of one of them reads that one's rule, which is joined by
// the duty, and what its own rows come from.
func TestRuleReads_duties(t *testing.T) {
	owed := `with starts as (
  select 'plan' as duty, c.at as started_at, cast(null as varchar) as reason from stg_a c
  union all
  select 'notice' as duty, c.at, case when p.value is null then 'rule_unset' end from stg_a c left join rule_params p on p.name = 'q'
), ruled as (
  select s.*, l.limit_s from starts s left join rule_limits l on l.rule = s.duty and l.kind = 'request'
)
select r.duty, r.started_at, r.limit_s, case when r.reason is not null then r.reason when r.limit_s is null then 'rule_unset' end as excluded_reason
from ruled r`
	limit := func(name string) RuleRead { return RuleRead{"rule_limits", name} }
	for query, want := range map[string][]RuleRead{
		"select o.limit_s, o.excluded_reason from fct_o o where o.duty = 'plan'":   {limit("plan")},
		"select o.limit_s, o.excluded_reason from fct_o o where o.duty = 'notice'": {limit("notice"), {"rule_params", "q"}},
		"select o.limit_s, o.excluded_reason from fct_o o":                         {limit("*"), {"rule_params", "q"}},
	} {
		models := []Model{model(t, "stg_a", "select id, kind, at from raw.cases"), model(t, "fct_o", owed), model(t, "m_x1", query)}
		reads, err := RuleReads(models)
		if err != nil {
			t.Fatal(err)
		}
		needs, err := RuleNeeds(models)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, reads["X1"]); diff != "" {
			t.Errorf("%s reads\n%s", query, diff)
		}
		if diff := cmp.Diff(want, needs["X1"]); diff != "" {
			t.Errorf("%s needs\n%s", query, diff)
		}
	}
}
