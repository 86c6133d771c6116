package transform_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/transform"
	"github.com/kamlens/kamlens/transform/modeltest"
)

// The rules by which the indicators of tiering are taken in these tests: 12 months, a gap of 6 months, 5 days of grace. Without
// churn_zero_months a customer is active as long as a service runs.
const indicatorRules = `
params:
  - {name: tier_spend_months, value: 12}
  - {name: tier_gap_months, value: 6}
  - {name: collection_grace_days, value: 5}
`

// indicators takes the indicators of 2026-Q3, whose 12 account months are 2025-10 to 2026-09. The feeds that a test is not
// about hold rows of C0, so that they count as loaded: bills from 2025-09 to 2026-10, and a case of 2025-09.
func indicators(t *testing.T, given modeltest.Given, columns []string, lines ...string) {
	t.Helper()
	for feed, row := range map[string]string{
		"customers": "\nC0, 零\nC1, 一\nC2, 二\nC3, 三\nC4, 四\nC5, 五", "services": "\nS0, C0, 专线, 2020-01-01,", "cases": "\nK0, C0, consult, 2025-09-03 08:00:00",
		"bills":    "\nB0, C0, 202509, 2025-10-05, 2025-10-20, 100, normal, , false, ,\nB00, C0, 202610, 2026-10-31, 2026-11-20, 100, normal, , false, ,",
		"payments": "\nP0, B0, 2025-10-10, 100,", "orders": "\nO0, C0, 专线, 2025-01-01, , false",
	} {
		head := map[string]string{
			"customers": "customer_id, name", "services": "service_id, customer_id, product, started_on, ended_on",
			"cases": "case_id, customer_id, kind, created_at", "payments": "payment_id, bill_id, paid_on, amount_fen, reversed_on",
			"bills":  "bill_id, customer_id, account_month, issued_on, due_on, amount_fen, kind, ref_bill, project, disputed_from, disputed_to",
			"orders": "order_id, customer_id, product, signed_on, cancelled_on, is_migration",
		}
		switch text, ok := given[feed]; {
		case !ok:
			given[feed] = head[feed] + row
		case len(text) > 0 && text[0] == '\n':
			given[feed] = head[feed] + row + text
		}
	}
	r := modeltest.Setup{Rules: indicatorRules}.Run(t, given, "fct_tier_indicators")
	want(t, r, "fct_tier_indicators where quarter = '2026-Q3' and customer_id <> 'C0'", columns, lines...)
}

// C1: 2025-10 (first month) 100000 + 2026-09 (last) 50000 + project 30000 - a credit note 20000 on the bill of 2025-10 =
// 160000; 2025-09 and 2026-10 lie outside. C2 has only a credit note of its own: -5000. C3 was billed nothing: 0, not unknown.
func TestTierIndicators_spend(t *testing.T) {
	indicators(t, modeltest.Given{
		"services": "\nS1, C1, 专线, 2020-01-01,\nS2, C2, 专线, 2020-01-01,\nS3, C3, 专线, 2020-01-01,",
		"bills": `
			B1, C1, 202509, 2025-10-05, 2025-10-20, 7000, normal, , false, ,
			B2, C1, 202510, 2025-11-05, 2025-11-20, 100000, normal, , false, ,
			B3, C1, 202609, 2026-10-05, 2026-10-20, 50000, normal, , false, ,
			B4, C1, 202610, 2026-10-31, 2026-11-20, 9000, normal, , false, ,
			B5, C1, 202603, 2026-04-05, 2026-04-20, 30000, normal, , true, ,
			B6, C1, 202610, 2026-10-20, 2026-11-20, 20000, credit_note, B2, false, ,
			B7, C2, 202601, 2026-02-05, 2026-02-20, 5000, credit_note, , false, ,`,
	}, []string{"customer_id", "spend_fen", "project_fen"}, "C1|160000|30000", "C2|-5000|0", "C3|0|0")
}

// Bills are loaded from 2025-11 on: what C1 (served since 2020) was billed in 2025-10 is unknown; C2 came on 2025-11-01,
// and C3 the day before.
func TestTierIndicators_spendNotLoaded(t *testing.T) {
	indicators(t, modeltest.Given{
		"services": "\nS1, C1, 专线, 2020-01-01,\nS2, C2, 专线, 2025-11-01,\nS3, C3, 专线, 2025-10-31,",
		"bills": `bill_id, customer_id, account_month, issued_on, due_on, amount_fen
			B1, C1, 202511, 2025-12-05, 2025-12-20, 7000
			B2, C2, 202511, 2025-12-05, 2025-12-20, 8000
			B3, C2, 202609, 2026-10-05, 2026-10-20, 8000`,
	}, []string{"customer_id", "spend_fen", "tenure_months"}, "C1|NULL|81", "C2|16000|11", "C3|NULL|11")
}

// C1: two orders of one day and product are one, another product is another: 2; first and last day of the months count, the
// days beside them do not: 4. Migrations, and what was cancelled by the quarter's end, are none; cancelled on the day after
// it still counts: 5.
func TestTierIndicators_orders(t *testing.T) {
	indicators(t, modeltest.Given{
		"services": "\nS1, C1, 专线, 2020-01-01,",
		"orders": `
			O1, C1, 专线, 2026-03-01, , false
			O2, C1, 专线, 2026-03-01, , false
			O3, C1, 云, 2026-03-01, , false
			O4, C1, 云, 2025-10-01, , false
			O5, C1, 云, 2025-09-30, , false
			O6, C1, 云, 2026-09-30, , false
			O7, C1, 云, 2026-10-01, , false
			O8, C1, 云, 2026-05-01, , true
			O9, C1, 云, 2026-06-01, 2026-09-30, false
			O10, C1, 云, 2026-07-01, 2026-10-01, false`,
	}, []string{"customer_id", "orders"}, "C1|5")
}

// C1: 1000 due 2025-11-20, paid on the last day of grace (11-25): on time, 5 days over; 2000 due 2026-03-20, paid on 03-26:
// late by 6 days; on time are 1000 of 3000. C2: in dispute on the last day of grace and still open: neither due nor overdue.
// C3: due 2026-07-02 and open: on 09-30 overdue for 90 days (29 of July + 31 + 30); C4: due 07-01: 91. C5: never billed.
func TestTierIndicators_payments(t *testing.T) {
	indicators(t, modeltest.Given{
		"services": "\nS1, C1, 专线, 2020-01-01,\nS2, C2, 专线, 2020-01-01,\nS3, C3, 专线, 2020-01-01,\nS4, C4, 专线, 2020-01-01,\nS5, C5, 专线, 2020-01-01,",
		"bills": `
			B1, C1, 202510, 2025-11-05, 2025-11-20, 1000, normal, , false, ,
			B2, C1, 202602, 2026-03-05, 2026-03-20, 2000, normal, , false, ,
			B3, C2, 202605, 2026-06-05, 2026-06-20, 4000, normal, , false, 2026-06-21,
			B4, C3, 202606, 2026-06-25, 2026-07-02, 5000, normal, , false, ,
			B5, C4, 202606, 2026-06-25, 2026-07-01, 5000, normal, , false, ,`,
		"payments": "\nP1, B1, 2025-11-25, 1000,\nP2, B2, 2026-03-26, 2000,",
	}, []string{"customer_id", "due_fen", "on_time_fen", "overdue_days", "arrears_days"},
		"C1|3000|1000|6|NULL", "C2|NULL|NULL|NULL|NULL", "C3|5000|0|90|90", "C4|5000|0|91|91", "C5|NULL|NULL|NULL|NULL")
}

// C1: gap from 2024-01-01 to 2024-07-01, 6 months: from 2020-03-01 to 2026-10-01 it is 6 years and 7 months = 79. C2: one day
// longer: since 2024-07-02, 26 full months. C3: came on 2025-10-15: 11; C4 on the first of that month: 12. C5 absorbed C6,
// served from 2015-01-01 until the day before: 11 years and 9 months = 141. C7 absorbed C8 6 months and a day after that had
// left: its own 24; C9 absorbed C10 6 months after: 141.
func TestTierIndicators_tenure(t *testing.T) {
	indicators(t, modeltest.Given{
		"customers": `customer_id, name, merged_into, merged_at
			C5, 五, ,
			C6, 六, C5, 2026-02-01 00:00:00
			C7, 七, ,
			C8, 八, C7, 2026-02-01 00:00:00
			C9, 九, ,
			C10, 十, C9, 2026-02-01 00:00:00
			C1, 一, ,
			C2, 二, ,
			C3, 三, ,
			C4, 四, ,`,
		"services": `
			S1, C1, 专线, 2020-03-01, 2023-12-31
			S2, C1, 专线, 2024-07-01,
			S3, C2, 专线, 2020-03-01, 2023-12-31
			S4, C2, 专线, 2024-07-02,
			S5, C3, 专线, 2025-10-15,
			S6, C4, 专线, 2025-10-01,
			S7, C5, 专线, 2024-10-01,
			S8, C6, 专线, 2015-01-01, 2026-01-31
			S9, C7, 专线, 2024-10-01,
			S10, C8, 专线, 2015-01-01, 2025-07-30
			S11, C9, 专线, 2024-10-01,
			S12, C10, 专线, 2015-01-01, 2025-07-31`,
	}, []string{"customer_id", "since", "tenure_months", "is_merged"},
		"C1|2020-03-01|79|false", "C2|2024-07-02|26|false", "C3|2025-10-15|11|false", "C4|2025-10-01|12|false",
		"C5|2015-01-01|141|false", "C7|2024-10-01|24|false", "C9|2015-01-01|141|false")
}

// The survivor of a merger counts what both were billed and ordered, from the quarter of the merger on; merged on the first day
// after the quarter they are two.
func TestTierIndicators_merger(t *testing.T) {
	indicators(t, modeltest.Given{
		"customers": `customer_id, name, merged_into, merged_at
			C1, 一, ,
			C2, 二, C1, 2026-09-30 00:00:00
			C3, 三, ,
			C4, 四, C3, 2026-10-01 00:00:00`,
		"services": "\nS1, C1, 专线, 2020-01-01,\nS2, C2, 云, 2020-01-01,\nS3, C3, 专线, 2020-01-01,\nS4, C4, 云, 2020-01-01,",
		"bills": `
			B1, C1, 202601, 2026-02-05, 2026-02-20, 100, normal, , false, ,
			B2, C2, 202601, 2026-02-05, 2026-02-20, 20, normal, , false, ,
			B3, C3, 202601, 2026-02-05, 2026-02-20, 100, normal, , false, ,
			B4, C4, 202601, 2026-02-05, 2026-02-20, 20, normal, , false, ,`,
		"orders": "\nO1, C2, 专线, 2026-03-01, , false\nO2, C4, 专线, 2026-03-01, , false",
	}, []string{"customer_id", "spend_fen", "orders", "is_merged"}, "C1|120|1|true", "C3|100|0|false", "C4|20|1|false")
}

// Complexity: products and service levels of what runs on the last day (S3 ended the day before, S4 on it), and the assessed
// part, which counts only when somebody outside the owner's line (M1 reports to B1) and team approved it.
func TestTierIndicators_complexity(t *testing.T) {
	indicators(t, modeltest.Given{
		"managers": `manager_id, name, team, reports_to
			M1, 甲, T1, B1
			M2, 乙, T1,
			M3, 丙, T2,
			B1, 丁, T0,`,
		"assignments": "customer_id, manager_id, valid_from\nC1, M1, 2020-01-01\nC2, M1, 2020-01-01\nC3, M1, 2020-01-01\nC4, M1, 2020-01-01\nC5, M1, 2020-01-01",
		"services": `service_id, customer_id, product, started_on, ended_on, sla_class
			S0, C0, 专线, 2020-01-01, ,
			S1, C1, 专线, 2020-01-01, , 金
			S2, C1, 专线, 2020-01-01, , 金
			S3, C1, 云, 2020-01-01, 2026-09-29, 银
			S4, C1, 短信, 2020-01-01, 2026-09-30,
			S5, C2, 专线, 2020-01-01, ,
			S6, C3, 专线, 2020-01-01, ,
			S7, C4, 专线, 2020-01-01, ,
			S8, C5, 专线, 2020-01-01, ,`,
		"tier_inputs": `customer_id, quarter, parts, entered_by, approved_by
			C1, 20263, sites=3;bespoke=1;integration=2;manual=-5, M1, M3
			C2, 20263, sites 2, M1, B1
			C3, 20263, sites 2, M1, M2
			C4, 20263, sites 2, M1,
			C5, 20262, sites 2, M1, M3`,
	}, []string{"customer_id", "products", "sla_classes", "sites", "bespoke", "integration", "manual_points", "input_state"},
		"C1|2|1|3|1|2|-5|approved", "C2|1|0|2|0|0|0|own_line", "C3|1|0|2|0|0|0|own_line", "C4|1|0|2|0|0|0|unapproved",
		"C5|1|0|NULL|NULL|NULL|NULL|none")
}

// C1 came by a split of P1 within the quarter and has its parent's tier beside its own; C2 came so the quarter before.
func TestTierIndicators_split(t *testing.T) {
	indicators(t, modeltest.Given{
		"customers": `customer_id, name, first_active_on, split_from, strategic
			P1, 母, 2020-01-01, , true
			C1, 一, 2026-07-01, P1,
			C2, 二, 2026-06-30, P1,`,
		"services":     "\nS0, P1, 专线, 2020-01-01,\nS1, C1, 专线, 2026-07-01,\nS2, C2, 专线, 2026-06-30,",
		"tier_history": "customer_id, effective_from, tier\nP1, 2025-01-01, 2",
	}, []string{"customer_id", "is_split", "parent_tier", "tier", "is_strategic"},
		"C1|true|2|NULL|false", "C2|false|NULL|NULL|false", "P1|false|NULL|2|true")
}

// The door gives indicators, tiers and an owner's line to whom they may be shown, and to nobody else. C1 is M1's, who reports to B1 and
// that one to B0; M2 is of M1's team, M3 of another. Tier 2 of C1 is approved from 2026-10-05 on.
func TestTierDoor(t *testing.T) {
	b := newBranch(t, "", map[string]string{
		"customers.csv":    "customer_id,name,first_active_on\nC1,甲,2020-01-01\nC2,乙,2020-01-01",
		"managers.csv":     "manager_id,name,team,reports_to\nM1,一,T1,B1\nM2,二,T1,\nM3,三,T2,\nB1,四,T0,B0\nB0,五,,",
		"assignments.csv":  "customer_id,manager_id,valid_from\nC1,M1,2020-01-01\nC2,M3,2020-01-01",
		"cases.csv":        "case_id,customer_id,kind,created_at\nK1,C1,consult,2026-07-03 08:00:00",
		"tier_history.csv": "customer_id,effective_from,tier,approved_at\nC1,2026-01-01,3,2025-12-20 09:00:00\nC1,2026-10-01,2,2026-10-05 09:00:00",
	})
	b.door(func(door *kpi.Door) {
		for name, test := range map[string]struct {
			scope    kpi.Scope
			customer string
			want     string
		}{
			"everything": {kpi.Everything(), "", "2026-Q3 C1 2026-Q3 C2"}, "one customer": {kpi.Everything(), "C2", "2026-Q3 C2"},
			"one manager": {kpi.Scope{Managers: []string{"M1"}}, "", "2026-Q3 C1"}, "another's": {kpi.Scope{Managers: []string{"M1"}}, "C2", ""}, "nothing": {kpi.Scope{}, "", ""},
		} {
			rows, err := door.TierIndicators(t.Context(), test.scope, test.customer)
			var got []string
			for _, r := range rows {
				got = append(got, r.Quarter, r.CustomerID)
			}
			if err != nil || strings.Join(got, " ") != test.want {
				t.Errorf("%s: %v (%v), want %s", name, got, err, test.want)
			}
		}
		for day, want := range map[string]map[string]int64{"2026-10-04": {"C1": 3}, "2026-10-05": {"C1": 2}, "2025-12-31": {}} {
			on, err := time.Parse(time.DateOnly, day)
			if err != nil {
				t.Fatal(err)
			}
			got, err := door.TiersOn(t.Context(), kpi.Everything(), on)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("%s: %s (%v)", day, diff, err)
			}
			if got, err := door.TiersOn(t.Context(), kpi.Scope{Managers: []string{"M3"}}, on); err != nil || len(got) != 0 {
				t.Errorf("%s: M3 sees %v (%v)", day, got, err)
			}
		}
		line, err := door.OwnLine(t.Context(), kpi.Everything(), "C1")
		slices.Sort(line)
		if diff := cmp.Diff([]string{"B0", "B1", "M1", "M2"}, line); err != nil || diff != "" {
			t.Errorf("%s (%v)", diff, err)
		}
		if line, err := door.OwnLine(t.Context(), kpi.Scope{}, "C1"); err != nil || line != nil {
			t.Errorf("nobody sees %v (%v)", line, err)
		}
	})
}

// Overdue on 2026-11-01 are C1 (proposed for that day) and C2 (reviewed as well); not C3, which is for the day after, C4, which was
// approved, C5, returned, and C6, withdrawn. Of the parts, T2 has one that is not known and T3 one without a number.
func TestTierChecks(t *testing.T) {
	row := func(id, kind, customer, payload string) string {
		return "\n" + id + "," + kind + "," + customer + `,a,2026-10-01 09:00:00,why,"` + strings.ReplaceAll(payload, `"`, `""`) + `"`
	}
	propose := func(id, customer, day string) string {
		return row(id, "tier.propose", customer, `{"effective_from":"`+day+`","tier":"2"}`)
	}
	answer := func(id, kind, customer, to string) string { return row(id, kind, customer, `{"answers":"`+to+`"}`) }
	r := modeltest.Run(t, modeltest.Given{
		"decisions": "decision_id,kind,subject,by,at,reason,payload" + propose("D1", "C1", "2026-11-01") +
			propose("D2", "C2", "2026-10-01") + answer("D3", "tier.review", "C2", "D2") + propose("D4", "C3", "2026-11-02") +
			propose("D5", "C4", "2026-10-01") + answer("D6", "tier.review", "C4", "D5") + answer("D7", "tier.approve", "C4", "D6") +
			propose("D8", "C5", "2026-10-01") + answer("D9", "tier.return", "C5", "D8") +
			propose("D10", "C6", "2026-10-01") + row("D11", "decision.withdraw", "D10", "{}"),
		"tier_inputs": `customer_id, quarter, parts
			T1, 20263, sites=3；bespoke 1; integration: 2，manual +5
			T2, 20263, sites 3; network 2
			T3, 20263, sites`,
		"customers": "customer_id, name\nT1, 一",
	})
	for name, want := range map[string]int64{"tier_overdue": 2, "tier_input_parts": 2, "tier_indicator_rows": 0} {
		i := slices.IndexFunc(r.Transform.Checks, func(c transform.CheckReport) bool { return c.Name == name })
		if c := r.Transform.Checks[i]; c.BadRows != want {
			t.Errorf("%s: %d rows, want %d: %v", name, c.BadRows, want, c.Samples)
		}
	}
}
