package transform_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/transform/modeltest"
)

const owingRules = obligationRules + `  - {name: visit_min_gap_days, value: 5}
  - {name: collection_grace_days, value: 0}
  - {name: dunning_step_1_days, value: 1}
  - {name: dunning_step_2_days, value: 7}
  - {name: dunning_step_3_days, value: 30}
cadences:
  - {tier: 1, kind: visit, window_months: 1, required: 2}
  - {tier: 2, kind: visit, window_months: 1, required: 1}
`

// owing is a company on Wednesday 2026-10-14 at noon. M1 is on leave on the 19th and 20th with M3 as deputy, and on the 22nd with
// none; A has M2 as deputy. H went from M1 to M2 on the 13th, K will on the 20th.
func owing(t *testing.T, models ...string) *modeltest.Result {
	t.Helper()
	s := modeltest.Setup{Rules: owingRules, AsOf: "2026-10-14 12:00:00"}
	return s.Run(t, modeltest.Given{
		"managers": "manager_id, name\nM1, 甲\nM2, 乙\nM3, 丙",
		"assignments": `customer_id, manager_id, valid_from, valid_to, role
			A, M1, 2020-01-01, , owner
			A, M2, 2020-01-01, , deputy
			T, M2, 2020-01-01, , owner
			V, M2, 2020-01-01, , owner
			H, M1, 2020-01-01, 2026-10-12, owner
			H, M2, 2026-10-13, , owner
			K, M1, 2020-01-01, 2026-10-19, owner
			K, M2, 2026-10-20, , owner`,
		"leaves": "manager_id, from, to, deputy_id, approved_by\nM1, 2026-10-19, 2026-10-20, M3, S1\nM1, 2026-10-22, 2026-10-22, , S1",
		"cases": `case_id, customer_id, kind, created_at, confirmed_at, plan_submitted_at
			a1, A, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00,
			a2, A, request, 2026-10-12 09:00:00, 2026-10-12 10:00:00,
			a3, A, request, 2026-10-08 09:00:00, 2026-10-08 10:00:00, 2026-10-12 09:00:00
			a4, A, request, 2026-10-08 09:00:00, 2026-10-08 10:00:00, 2026-10-10 17:00:00
			h1, H, request, 2026-10-09 09:00:00, 2026-10-09 10:00:00,
			h2, H, request, 2026-10-12 09:00:00, 2026-10-12 10:00:00,`,
		"duties": `duty_id, customer_id, kind, window_start, window_end, waived_by, waived_reason, planned_at
			d1, A, care, 2026-10-08, 2026-10-19, , , 2026-10-01 09:00:00
			d2, A, care, 2026-10-08, 2026-10-22, , , 2026-10-01 09:00:00
			d3, K, care, 2026-10-12, 2026-10-31, , , 2026-10-01 09:00:00
			d4, A, care, 2026-10-08, 2026-10-16, S1, 客户闭馆, 2026-10-01 09:00:00
			d5, A, care, 2026-10-05, 2026-10-12, S1, 客户闭馆, 2026-10-01 09:00:00
			d6, A, care, 2026-10-08, 2026-10-21, , , 2026-10-01 09:00:00
			w1, V, visit, 2026-10-01, 2026-10-31, S2, 两次联系未果, 2026-10-01 09:00:00`,
		"tier_history": `customer_id, effective_from, tier
			A, 2020-01-01, 1
			T, 2020-01-01, 1
			T, 2026-10-11, 2
			V, 2020-01-01, 1`,
		"services": "service_id, customer_id, product, started_on\nS1, A, 专线, 2026-10-01\nS2, T, 专线, 2026-10-01\nS3, V, 专线, 2026-10-01",
		"visits": `visit_id, customer_id, manager_id, started_at, ended_at, mode, contact_role, purpose, outcome, checkin
			v1, A, M1, 2026-10-09 09:00:00, 2026-10-09 10:00:00, onsite, finance, 走访, 完成, true`,
		"bills": `bill_id, customer_id, account_month, kind, issued_on, due_on, amount_fen
			b1, A, 202609, normal, 2026-10-01, 2026-10-10, 10000
			b2, A, 202610, normal, 2026-10-02, 2026-10-20, 10000
			b3, A, 202609, normal, 2026-10-01, 2026-10-08, 10000`,
		"payments": "payment_id, bill_id, paid_on, amount_fen\np1, b2, 2026-10-13, 4000\np2, b3, 2026-10-13, 10000",
	}, models...)
}

// TestObligations: who owes what on that Wednesday, who has to do it and who stands in.
func TestObligations(t *testing.T) {
	r := owing(t, "m_b4", "m_f1", "m_f5", "m_i1", "m_i5", "fct_deputies", "fct_leave_days", "fct_waivers")
	// Two working days after Friday the 9th are Saturday the 10th, which is worked, and Monday the 12th; of the 8th the 9th and
	// 10th. h1 lapsed on M1's last day: he is accountable, and M2, whose customer it is now, has to do it. h2 is M2's.
	plans := []string{"a1|overdue|2026-10-12|M1|M1|NULL", "a2|open|2026-10-14|M1|M1|NULL", "a3|missed|2026-10-10|M1|M1|NULL", "a4|done|2026-10-10|M1|M1|NULL",
		"h1|overdue|2026-10-12|M1|M2|NULL", "h2|open|2026-10-14|M2|M2|NULL"}
	// On the 19th M3 stands in for M1, on the 22nd A's own deputy, on the 21st nobody has to. Of d3's 20 days K is M2's for 12. The
	// waived one that is over is no longer to be looked for, but known.
	contacts := []string{"d1|open|2026-10-19|M1|M1|M3", "d2|open|2026-10-22|M1|M1|M2", "d3|open|2026-10-31|M2|M2|NULL",
		"d4|waived|2026-10-16|M1|M1|NULL", "d5|waived|2026-10-12|M1|M1|NULL", "d6|open|2026-10-21|M1|M1|NULL"}
	// A is to be visited twice and was once. T was of tier 1, twice a month, for 10 days of October and will have been of tier
	// 2 for 21: once. V is waived.
	visits := []string{"A/2026-10-01/1|open|2026-10-31|M1|M1|NULL", "T/2026-10-01/1|open|2026-10-31|M2|M2|NULL", "V/2026-10-01/1|waived|2026-10-31|M2|M2|NULL"}
	// b1 was not paid by the 10th: that is decided. Its first reminder is overdue, the others come unless it is paid. b2 is not
	// overdue: nobody knows whether it will be. b3 was paid after its first reminder was due, which was never sent: there is
	// nothing left to remind of.
	money := []string{"b1|missed|2026-10-10|M1|M1|NULL", "b2|open|2026-10-20|M1|M1|M3", "b3|missed|2026-10-08|M1|M1|NULL"}
	steps := []string{"b3/1|missed|2026-10-09|M1|M1|NULL", "b1/1|overdue|2026-10-11|M1|M1|NULL", "b1/2|open|2026-10-17|M1|M1|NULL", "b1/3|open|2026-11-09|M1|M1|NULL"}
	for id, lines := range map[string][]string{"B4": plans, "F5": contacts, "F1": visits, "I1": money, "I5": steps} {
		want(t, r, "obligations where kpi = '"+id+"'", []string{"subject_id", "state", "due_on", "manager_id", "doer_id", "deputy_id"}, lines...)
	}
	want(t, r, "obligations where kpi in ('F1', 'I1') and state = 'open'", []string{"subject_id", "num", "den"}, "A/2026-10-01/1|1|2", "T/2026-10-01/1|0|1", "b2|4000|10000")
	want(t, r, "obligations where state = 'waived'", []string{"subject_id", "waived_by", "waived_reason", "waived_from_on", "waived_until_on"},
		"V/2026-10-01/1|S2|两次联系未果|2026-10-01|2026-10-31", "d4|S1|客户闭馆|2026-10-08|2026-10-16", "d5|S1|客户闭馆|2026-10-05|2026-10-12")
	// Open are two plans, four contacts, two visits, a bill and two steps.
	if d := cmp.Diff([]string{"open|11", "overdue|3", "waived|2"}, r.Rows("(select state, count(*) as n from obligations_pending group by state)", "state", "n")); d != "" {
		t.Errorf("pending (-want +got):\n%s", d)
	}
}

// obligationsAgree holds, for every measure with a deadline, month and manager of a company whose data end on 2026-11-10, that
// what fell due is the denominator and what was kept of it the numerator, and that what is open is what the path has open.
func obligationsAgree(t *testing.T, snapshot string) {
	t.Helper()
	door, err := kpi.Open(t.Context(), snapshot, warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	db, err := warehouse.OpenSnapshot(t.Context(), snapshot, warehouse.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	pending := "select concat(kpi, ' ', state, ' ', count(*)) from %s where state in ('open', 'overdue') or state = 'waived' and due_on >= date '2026-11-10' group by kpi, state order by 1"
	if d := cmp.Diff(textsOf(t, db.SQL(), fmt.Sprintf(pending, "obligations")), textsOf(t, db.SQL(), fmt.Sprintf(pending, "obligations_pending"))); d != "" {
		t.Errorf("what is still to be done (-) and what is stored of it (+):\n%s", d)
	}
	compared := 0
	for _, def := range door.Catalogue() {
		if len(def.Deadline) == 0 {
			continue
		}
		for month := 7; month <= 12; month++ {
			p, err := calendar.ParsePeriod(fmt.Sprintf("2026-%02d", month))
			if err != nil {
				t.Fatal(err)
			}
			answers, err := door.Query(t.Context(), kpi.Everything(), kpi.Question{KPIs: []string{def.ID}, Period: p, By: []kpi.Dim{kpi.ByManager}})
			if err != nil {
				t.Fatal(err)
			}
			paths, err := door.Path(t.Context(), kpi.Everything(), kpi.PathQuestion{KPI: def.ID, Period: p, By: []kpi.Dim{kpi.ByManager}})
			if err != nil {
				t.Fatal(err)
			}
			var counts, open []string
			for _, a := range answers {
				if a.Num != nil && a.Den != nil && *a.Den > 0 {
					counts = append(counts, fmt.Sprintf("%s %d of %d", a.By["manager"], *a.Num, *a.Den))
				}
			}
			for _, x := range paths.Paths {
				if x.Open > 0 {
					open = append(open, fmt.Sprintf("%s %d", x.By["manager"], x.Open))
				}
			}
			of := fmt.Sprintf("from obligations where kpi = '%s' and anchor_on >= date '2026-%02d-01' and anchor_on < date '2026-%02d-01' + interval '1' month ", def.ID, month, month)
			due := textsOf(t, db.SQL(), "select concat(coalesce(manager_id, ''), ' ', sum(num), ' of ', sum(den)) "+of+
				"and state in ('done', 'missed', 'overdue') and due_at <= timestamp '2026-11-10 00:00:00' group by manager_id")
			ahead := textsOf(t, db.SQL(), "select concat(coalesce(manager_id, ''), ' ', sum(den - num)) "+of+"and state = 'open' group by manager_id")
			compared += len(due) + len(ahead)
			for _, pair := range []struct {
				what      string
				want, got []string
			}{{"fell due", counts, due}, {"is open", open, ahead}} {
				slices.Sort(pair.want)
				slices.Sort(pair.got)
				if d := cmp.Diff(pair.want, pair.got); d != "" {
					t.Errorf("%s %s: what %s by the measure (-) and by what is owed (+):\n%s", def.ID, p, pair.what, d)
				}
			}
		}
	}
	if compared < 200 {
		t.Errorf("only %d numbers were compared", compared)
	}
}
