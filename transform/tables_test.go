package transform_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
	"github.com/kamlens/kamlens/transform/modeltest"
)

// tableRules owe one training a month to tier 1 and two visits a month to tier 2.
const tableRules = `params:
  - {name: visit_min_gap_days, value: 1}
  - {name: usage_change_percent, value: 20}
  - {name: usage_robust_deviations, value: 3}
  - {name: usage_group_min, value: 3}
cadences:
  - {kind: customer_training, tier: 1, window_months: 1, required: 1}
  - {kind: visit, tier: 2, window_months: 1, required: 2}
`

// tableCompany has M1 with C1 (tier 1), M2 with C2 (tier 2), and C3, which was nobody's and left in June 2026.
func tableCompany() modeltest.Given {
	return modeltest.Given{
		"managers":    "manager_id, name, team\nM1, 张三, T1\nM2, 李四, T2",
		"assignments": "customer_id, manager_id, valid_from\nC1, M1, 2024-01-01\nC2, M2, 2024-01-01",
		"customers": `customer_id, name, region, industry, credit_limit_fen, credit_reviewed_on, ended_on, status
			C1, 甲, 东, 制造, 1000, 2026-01-15, ,
			C2, 乙, 西, 金融, , , ,
			C3, 丙, 东, 制造, , , 2026-06-30, cancelled`,
		"tier_history": `customer_id, effective_from, tier, approved_at
			C1, 2025-01-01, 1, 2024-12-20 09:00:00
			C2, 2025-01-01, 2, 2024-12-20 09:00:00`,
		"services": `service_id, customer_id, product, started_on, ended_on
			S1, C1, 专线, 2024-01-01,
			S2, C2, 专线, 2024-01-01,
			S3, C3, 专线, 2024-01-01, 2026-06-30`,
		"bills": `bill_id, customer_id, account_month, issued_on, due_on, agreed_due_on, amount_fen, recurring, disputed_from
			B1, C1, 202510, 2025-10-20, 2025-10-30, , 1000, true,
			B2, C1, 202608, 2026-08-20, 2026-09-10, , 700, true, 2026-09-01
			B3, C1, 202610, 2026-10-05, 2026-10-20, , 1500, true,
			B4, C2, 202510, 2025-10-20, 2025-10-30, , 2000, true,
			B5, C2, 202607, 2026-07-10, 2026-07-31, , 300, true,
			B6, C2, 202610, 2026-10-05, 2026-10-20, 2026-10-25, 2000, true,`,
		"payments": "payment_id, bill_id, paid_on, amount_fen\nP1, B1, 2025-10-25, 1000\nP2, B4, 2025-10-25, 2000",
		"visits": `visit_id, customer_id, manager_id, started_at, ended_at
			V1, C1, M1, 2026-10-14 09:00:00, 2026-10-14 10:00:00
			V2, C2, M2, 2026-10-15 09:00:00, 2026-10-15 10:00:00`,
		"calls": `call_id, customer_id, manager_id, started_at, seconds
			L1, C1, M1, 2026-10-14 09:00:00, 120
			L2, C1, M1, 2026-11-02 09:00:00, 999`,
		"cases": `case_id, customer_id, kind, created_at, resolved_at
			K1, C1, request, 2026-10-13 09:00:00, 2026-10-13 11:00:00
			K2, C1, request, 2026-10-13 09:00:00,`,
		"service_events": `event_id, customer_id, kind, at, planned_on, attended
			E1, C1, customer_training, 2026-10-12 10:00:00, 2026-10-01, 5
			E1, C2, customer_training, 2026-10-12 10:00:00, , 0
			E2, C2, forum, 2026-10-31 18:00:00, 2026-10-20, 2
			E3, C2, forum, 2026-11-05 10:00:00, 2026-10-20, `,
		"usage": `customer_id, month, product, metric, value
			C1, 202510, 专线, GB, 100
			C2, 202510, 专线, GB, 100
			C3, 202510, 专线, GB, 100
			C1, 202610, 专线, GB, 50
			C2, 202610, 专线, GB, 100
			C3, 202610, 专线, GB, 100`,
	}
}

// tableDoor opens the door to the company, with every plain table there is.
func tableDoor(t *testing.T, s modeltest.Setup, given modeltest.Given) *kpi.Door {
	t.Helper()
	all, err := sql.Load(sql.Embedded)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"fct_targets", "dim_managers", "dim_customers"}
	for _, m := range all {
		if m.Layer == sql.Tables {
			names = append(names, m.Name)
		}
	}
	r := s.Run(t, given, names...)
	door, err := kpi.Open(t.Context(), r.Path, warehouse.Options{MemoryLimit: "1GB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = door.Close() })
	return door
}

// tableLines asks for a table of October 2026 and writes its rows as programs read them.
func tableLines(t *testing.T, door *kpi.Door, s kpi.Scope, q kpi.TableQuestion) []string {
	t.Helper()
	q.Period, _ = calendar.ParsePeriod("2026-10")
	rows, err := door.Table(t.Context(), s, q)
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{}
	for _, row := range rows.Rows {
		var cells []string
		for i, c := range rows.Columns {
			cells = append(cells, kpi.Plain(c, row[i]))
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	return lines
}

// TestTables_handMade: every line of every table, worked out from the company above.
func TestTables_handMade(t *testing.T) {
	door := tableDoor(t, modeltest.Setup{Rules: tableRules}, tableCompany())
	want := map[string][]string{
		// Growth 5000, 10000, 10000: the median is 10000, so 100 was expected of C1 and 50 is half; the median distance is 0.
		"usage_watch": {"202610|C1|M1|1|专线|GB|50|100|0|100|-0.5|0|100 - - - - - - - - - - - 50"},
		// C1 had its training; of C2's two visits one was paid.
		"service_plan": {
			"1|customer_training|customer_training|1|1|1|1|1|1|1",
			"2|visit|visit|1|1|2|1|1|0|0",
		},
		"service_plan_open": {"2|C2|M2|visit|visit|2026-10-01|2026-10-31|2|1"},
		// K1 took 09:00 to 11:00, all of it working time: 7,200 s. The call of November is not of October.
		"resources": {
			"1|1|1|1|1|1|1|120|1|7200|7200|1500|1500",
			"2|1|1|1|1|1|2|0|0|0||2000|2000",
		},
		// C3 was a customer in October 2025 and is none any more; it had no bill then, so of money there is no change.
		"market_structure": {
			"东|制造|1|1|1|0|1500|1000|0.5",
			"东|制造||0|1|-1|0|0|",
			"西|金融|2|1|1|0|2000|2000|0",
		},
		// The training had two customers, was planned ahead with one, and people of one came.
		"linked_service": {
			"customer_training|1|2|2|1|0.5|2|1|0.5|5",
			"forum|1|1|1|1|1|1|1|1|2",
		},
		// C1 owes B2 (in dispute) and B3: 2200, 1200 above its limit. C2 owes B5, due 92 days before the end of October, and B6,
		// whose agreed day has passed as well.
		"credit_watch": {
			"C2|M2|2|2300|2300|2000|0|300|2026-07-31|0|1|2000|||",
			"C1|M1|1|2200|1500|1500|0|0|2026-10-20|700|0|0|1000|1200|2026-01-15",
		},
	}
	defs := door.Tables()
	for _, def := range defs {
		if want[def.Name] == nil {
			t.Errorf("the table %s has no hand-made test", def.Name)
		}
		if diff := cmp.Diff(want[def.Name], tableLines(t, door, kpi.Everything(), kpi.TableQuestion{Table: def.Name})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", def.Name, diff)
		}
	}
}

// TestTables_scope: whoever sees nothing gets no line of any table, and a manager's tables hold nothing of a colleague's
// customer; a filter narrows in the same way.
func TestTables_scope(t *testing.T) {
	door := tableDoor(t, modeltest.Setup{Rules: tableRules}, tableCompany())
	defs := door.Tables()
	own := 0
	for _, def := range defs {
		for _, s := range []kpi.Scope{{}, {Managers: []string{"M9"}}, {Teams: []string{"T9"}}, {Regions: []string{"北"}}} {
			if got := tableLines(t, door, s, kpi.TableQuestion{Table: def.Name}); len(got) > 0 {
				t.Errorf("%s for %+v: %v", def.Name, s, got)
			}
		}
		for name, got := range map[string][]string{
			"scope":  tableLines(t, door, kpi.Scope{Managers: []string{"M1"}}, kpi.TableQuestion{Table: def.Name}),
			"filter": tableLines(t, door, kpi.Everything(), kpi.TableQuestion{Table: def.Name, Filter: map[kpi.Dim][]string{kpi.ByTier: {"1"}}}),
		} {
			own += len(got)
			for _, foreign := range []string{"C2", "M2", "西", "金融", "2000", "2300", "forum", "visit"} {
				if slices.ContainsFunc(got, func(line string) bool { return slices.Contains(strings.Split(line, "|"), foreign) }) {
					t.Errorf("%s by %s shows %s of another: %v", def.Name, name, foreign, got)
				}
			}
		}
	}
	if own < 10 {
		t.Errorf("the manager's own lines are %d: there is nothing to hold the others against", own)
	}
}

// TestTables_lacks: a table says which feed or rule it has no lines without; one that is not there is named.
func TestTables_lacks(t *testing.T) {
	given := tableCompany()
	delete(given, "service_events")
	door := tableDoor(t, modeltest.Setup{Rules: "params: []\n"}, given)
	october, _ := calendar.ParsePeriod("2026-10")
	for name, want := range map[string]kpi.Status{
		"linked_service": kpi.NoData, "usage_watch": kpi.Unset, "service_plan": kpi.Unset, "credit_watch": kpi.OK,
	} {
		got, err := door.Table(t.Context(), kpi.Everything(), kpi.TableQuestion{Table: name, Period: october})
		if err != nil || got.Status != want {
			t.Errorf("%s: %s %v, want %s", name, got.Status, err, want)
		}
	}
	for want, q := range map[string]kpi.TableQuestion{
		"kpi.table.unknown": {Table: "nope", Period: october},
		"kpi.bad_dimension": {Table: "resources", Period: october, Filter: map[kpi.Dim][]string{kpi.ByKind: {"fault"}}},
	} {
		_, err := door.Table(t.Context(), kpi.Everything(), q)
		if e, ok := errors.AsType[*fault.Error](err); !ok || e.Key != want {
			t.Errorf("%s: %v, want %s", q.Table, err, want)
		}
	}
}
