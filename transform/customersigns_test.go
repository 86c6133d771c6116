package transform_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/transform/modeltest"
)

// The rules by which the signs of customers are taken in these tests: a case is to be solved by the end of its second day.
const signRules = `
limits:
  - {rule: resolution, limit: 2 days}
params:
  - {name: retention_base_months, value: 3}
  - {name: health_days, value: 90}
  - {name: health_answer_days, value: 365}
  - {name: survey_valid_days, value: 30}
  - {name: save_days, value: 90}
cadences:
  - {kind: visit, tier: 1, window_months: 1, required: 1, max_gap_days: 45}
`

// signsGiven: C1 is old, C2 came on 2026-09-15, C3 was merged into C1 on 2026-06-01, C4 is gone.
func signsGiven() modeltest.Given {
	bills := "bill_id, customer_id, account_month, issued_on, due_on, amount_fen, recurring, disputed_from"
	payments := "payment_id, bill_id, paid_on, amount_fen"
	add := func(customer, month string, fen int, recurring bool) {
		id := fmt.Sprint("B", strings.Count(bills, "\n"))
		bills += fmt.Sprintf("\n%s, %s, %s, %s-28, 2026-12-31, %d, %v,", id, customer, month, month[:4]+"-"+month[4:], fen, recurring)
		payments += fmt.Sprintf("\nP%s, %s, %s-28, %d", id, id, month[:4]+"-"+month[4:], fen)
	}
	for i, month := range []string{"202608", "202609", "202610"} {
		add("C1", month, 1000+100*i, true)
	}
	for _, month := range []string{"202508", "202509", "202510"} {
		add("C1", month, 900, true)
	}
	add("C1", "202610", 500, false)
	add("C1", "202507", 7777, true)
	add("C1", "202511", 50, true)
	add("C3", "202508", 300, true)
	add("C2", "202609", 400, true)
	add("C2", "202610", 600, true)
	bills += "\nX1, C1, 202609, 2026-09-05, 2026-10-02, 70, false,\nX2, C1, 202609, 2026-09-05, 2026-11-01, 30, false,\nX3, C2, 202610, 2026-10-05, 2026-10-10, 40, false, 2026-10-20"
	return modeltest.Given{
		"customers": "customer_id, name, first_active_on, merged_into, merged_at\nC1, 一, 2020-01-01,,\nC2, 二, 2026-09-15,,\nC3, 三, 2020-01-01, C1, 2026-06-01 00:00:00\nC4, 四, 2020-01-01,,",
		"services": `service_id, customer_id, product, started_on, ended_on
			S1, C1, 专线, 2020-01-01, 2026-11-30
			S2, C1, 云, 2020-01-01,
			S3, C2, 云, 2026-09-15,
			S4, C3, 云, 2020-01-01,
			S5, C4, 云, 2020-01-01, 2026-10-20`,
		"managers":     "manager_id, name, team\nM1, 甲, T1\nM2, 乙, T2",
		"assignments":  "customer_id, manager_id, valid_from, role\nC1, M1, 2020-01-01, owner\nC2, M2, 2026-09-15, owner\nC3, M2, 2020-01-01, owner",
		"tier_history": "customer_id, tier, effective_from\nC1, 1, 2020-01-01",
		"bills":        bills,
		"payments":     payments,
		"cases": `case_id, customer_id, kind, created_at, resolved_at
			K0, C1, complaint, 2026-07-31 09:00:00, 2026-07-31 10:00:00
			K1, C1, complaint, 2026-08-03 09:00:00, 2026-08-04 10:00:00
			K2, C1, complaint, 2026-08-02 09:00:00, 2026-08-10 10:00:00
			K3, C3, complaint, 2026-08-20 09:00:00, 2026-08-20 10:00:00
			K4, C1, request, 2026-10-29 09:00:00,
			K5, C1, request, 2026-10-30 09:00:00,`,
		"surveys": `survey_id, customer_id, metric, answered_at, score, scale_max
			V1, C1, csat, 2026-10-01 10:00:00, 4, 5
			V2, C1, csat, 2025-11-01 10:00:00, 5, 5
			V3, C1, csat, 2025-10-31 10:00:00, 1, 5
			V4, C1, nps, 2026-10-01 10:00:00, 0, 10`,
		"visits":          "visit_id, customer_id, manager_id, started_at\nW1, C1, M1, 2026-10-20 10:00:00\nW2, C1, M1, 2026-09-01 10:00:00",
		"cancel_requests": "request_id, customer_id, at, outcome, decided_at\nQ1, C1, 2026-10-25 10:00:00,,\nQ2, C2, 2026-10-25 10:00:00, saved, 2026-10-26 10:00:00",
	}
}

// On 2026-11-01, 90 days back is 2026-08-03 and 365 days back 2025-11-01; both days count.
//
//	base    1000 + 1100 + 1200 = 3300 of 2026-08 to -10; now adds what does not recur: + 500 + 70 + 30 = 3900
//	before  3 x 900 of 2025-08 to -10, + 300 of C3, now C1 = 3000; 2025-07 is too early
//	year    3900 + 50 of 2025-11 = 3950
//	cases   complaints K1 and K3 (of C3), not K2; due in the window K1, K2, K3, K4 (end of 10-31), met K1 and K3; open K4 and K5, K4 too late
//	answers 4 of 5 = 3/4 of 12600 = 9450, 5 of 5 = 12600: 22050; the answer of 2025-10-31 and that to nps do not count
//	gap     2026-10-20 to 11-01 = 12 days; overdue since 10-02 = 30 days, what is due today is not
//	ends    2026-11-30 = in 29 days
//
// C2 came on 2026-09-15: 2 of the 3 months, nothing before; X3 is in dispute, Q2 decided. Nobody asked or visits it: NULL.
func TestCustomerSigns(t *testing.T) {
	r := modeltest.Setup{Rules: signRules}.Run(t, signsGiven(), "fct_customer_signs")
	const model = "fct_customer_signs"
	want(t, r, model, []string{"customer_id", "counts_for", "is_active", "manager_id", "team", "tier"},
		"C1|C1|true|M1|T1|1", "C2|C2|true|M2|T2|NULL", "C3|C1|false|M1|T1|1", "C4|C4|false|NULL|NULL|NULL")
	active := model + " where is_active"
	want(t, r, active, []string{"customer_id", "base_fen", "months", "last_ym", "now_fen", "before_fen", "year_fen", "tenure_days"},
		"C1|3300|3|202610|3900|3000|3950|2496", "C2|1000|2|202610|1040|NULL|1040|47")
	want(t, r, active, []string{"customer_id", "complaints", "due_cases", "met_cases", "open_cases", "overdue_cases"},
		"C1|2|4|2|2|1", "C2|0|NULL|NULL|0|0")
	want(t, r, active, []string{"customer_id", "answers", "answer_points", "last_visit_on", "gap_days", "max_gap_days"},
		"C1|2|22050|2026-10-20|12|45", "C2|NULL|NULL|NULL|NULL|NULL")
	want(t, r, active, []string{"customer_id", "open_fen", "overdue_fen", "overdue_days", "cancel_requests", "requested_on", "services", "next_end_on", "end_days"},
		"C1|100|70|30|1|2026-10-25|3|2026-11-30|29", "C2|0|0|0|0|NULL|1|NULL|NULL")
}

// Without the parameters of health nothing is counted over days that nobody named, and a feed that was never loaded says nothing. No
// limit says when K4 and K5 are late: that is unknown, of C2, which has no open case, it is 0.
func TestCustomerSigns_unknown(t *testing.T) {
	given := signsGiven()
	for _, feed := range []string{"bills", "payments", "cancel_requests"} {
		delete(given, feed)
	}
	r := modeltest.Setup{Rules: "params: [{name: save_days, value: 90}]"}.Run(t, given, "fct_customer_signs")
	want(t, r, "fct_customer_signs where is_active", []string{"customer_id", "base_fen", "now_fen", "year_fen", "complaints", "due_cases", "answers", "open_cases",
		"overdue_cases", "overdue_days", "cancel_requests"},
		"C1|NULL|NULL|NULL|NULL|NULL|NULL|2|NULL|NULL|NULL", "C2|NULL|NULL|NULL|NULL|NULL|NULL|0|0|NULL|NULL")
}

// TestCustomers_door: through the door a reader meets the customers that are his today, one by one and all of them, and what happened to
// those that were merged into them; who may not see a customer gets nothing of it.
func TestCustomers_door(t *testing.T) {
	files := map[string]string{}
	for feed, rows := range signsGiven() {
		files[feed+".csv"] = rows
	}
	b := newBranch(t, "", files)
	b.door(func(d *kpi.Door) {
		ids := func(s kpi.Scope, q kpi.CustomerQuestion) (list []string) {
			t.Helper()
			customers, err := d.CustomerSigns(t.Context(), s, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range customers {
				list = append(list, c.CustomerID+" "+c.Name+" "+c.ManagerName+" "+c.MergedInto)
			}
			return list
		}
		m1, m2 := kpi.Scope{Managers: []string{"M1"}}, kpi.Scope{Teams: []string{"T2"}}
		for name, x := range map[string]struct {
			scope kpi.Scope
			q     kpi.CustomerQuestion
			want  []string
		}{
			"all":         {kpi.Everything(), kpi.CustomerQuestion{}, []string{"C1 一 甲 ", "C2 二 乙 "}},
			"nobody":      {kpi.Scope{}, kpi.CustomerQuestion{}, nil},
			"M1":          {m1, kpi.CustomerQuestion{}, []string{"C1 一 甲 "}},
			"team":        {m2, kpi.CustomerQuestion{}, []string{"C2 二 乙 "}},
			"others":      {m2, kpi.CustomerQuestion{Customer: "C1"}, nil},
			"merged":      {m1, kpi.CustomerQuestion{Customer: "C3"}, []string{"C3 三 甲 C1"}},
			"gone":        {kpi.Everything(), kpi.CustomerQuestion{Customer: "C4"}, []string{"C4 四  "}},
			"tier":        {kpi.Everything(), kpi.CustomerQuestion{Filter: map[kpi.Dim][]string{kpi.ByTier: {"1"}}}, []string{"C1 一 甲 "}},
			"no tier":     {kpi.Everything(), kpi.CustomerQuestion{Filter: map[kpi.Dim][]string{kpi.ByTier: {""}}}, []string{"C2 二 乙 "}},
			"M2 of M1":    {m1, kpi.CustomerQuestion{Filter: map[kpi.Dim][]string{kpi.ByManager: {"M2"}}}, nil},
			"no customer": {kpi.Everything(), kpi.CustomerQuestion{Customer: "C9"}, nil},
		} {
			if diff := cmp.Diff(x.want, ids(x.scope, x.q)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		if _, err := d.CustomerSigns(t.Context(), kpi.Everything(), kpi.CustomerQuestion{Filter: map[kpi.Dim][]string{kpi.ByManager: {"M9"}}}); err == nil {
			t.Error("a manager whom nobody knows is not refused")
		}
		events := func(s kpi.Scope, q kpi.EventQuestion) (list []string) {
			t.Helper()
			found, err := d.CustomerEvents(t.Context(), s, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range found {
				list = append(list, strings.TrimSpace(strings.Join([]string{e.On, e.What, e.Subject, e.Kind, e.State, e.Before, e.Score}, " ")))
			}
			return list
		}
		if diff := cmp.Diff([]string{"2026-10-30 case K5 request late normal", "2026-10-29 case K4 request late normal", "2026-10-25 cancel Q1  open", "2026-10-20 visit W1"},
			events(m1, kpi.EventQuestion{Customer: "C1", What: []string{"case", "visit", "cancel"}, Limit: 4})); diff != "" {
			t.Errorf("the newest (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"2026-10-01 survey V1 csat   4/5", "2026-10-01 survey V4 nps   0/10", "2025-11-01 survey V2 csat   5/5", "2025-10-31 survey V3 csat   1/5"},
			events(m1, kpi.EventQuestion{Customer: "C1", What: []string{"survey"}, Limit: 9})); diff != "" {
			t.Errorf("answers (-want +got):\n%s", diff)
		}
		if got := events(m1, kpi.EventQuestion{Customer: "C1", What: []string{"case"}, Limit: 99}); len(got) != 6 { // K0 to K5, K3 of C3
			t.Errorf("%d cases of C1: %q", len(got), got)
		}
		if got := events(m2, kpi.EventQuestion{Customer: "C1", Limit: 99}); len(got) > 0 {
			t.Errorf("M2 sees %q", got)
		}
		if diff := cmp.Diff([]string{"2026-06-01 owner   M1 甲 M2 乙", "2026-06-01 tier   1", "2020-01-01 owner   M2 乙"},
			events(kpi.Everything(), kpi.EventQuestion{Customer: "C3", What: []string{"tier", "owner"}, Limit: 9})); diff != "" {
			t.Errorf("owners (-want +got):\n%s", diff)
		}
		curves, err := d.Survival(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		// C1 is there since 2020-01-01 and was lost on 2025-12-01, the first of more than three months without a bill, after 1827 + 334 =
		// 2161 days; it came back, and is observed to the end of October 2026, 2496 days.
		one := curves["1"]
		before, known := one.At(2160)
		after, _ := one.At(2161)
		if one.N != 2 || !one.Small || one.Last() != 2496 || !known || before != 1 || after != 0 {
			t.Errorf("curve of tier 1: %+v, %v then %v", one, before, after)
		}
	})
}
