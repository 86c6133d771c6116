package transform_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// contested are three resolved complaints of one customer of M1; M2 was of team T2 until the tenth and of T3 since.
func contested(decisions string) modeltest.Given {
	return modeltest.Given{
		"customers":   "customer_id,name,region\nC1,甲公司,East",
		"managers":    "manager_id,name,team,valid_from\nM1,一,T1,\nM2,二,T2,2020-01-01\nM2,二,T3,2026-10-10",
		"assignments": "customer_id,manager_id,valid_from\nC1,M1,2026-01-01",
		"cases": `case_id,customer_id,kind,severity,created_at,first_response_at,resolved_at
			K1,C1,complaint,normal,2026-10-09 09:00:00,2026-10-09 09:05:00,2026-10-09 10:00:00
			K2,C1,complaint,normal,2026-10-12 09:00:00,2026-10-12 09:05:00,2026-10-12 10:00:00
			K3,C1,complaint,normal,2026-10-13 09:00:00,2026-10-13 09:05:00,2026-10-13 10:00:00`,
		// the first line is of a kind that no measure asks about
		"decisions": "decision_id,kind,subject,by,at,reason,payload\nD000000,target.set,C1,a,2026-10-01 09:00:00,why,{}\n" + decisions,
	}
}

func dispute(id, kpi, row, period, manager, claim, owner string) string {
	return id + `,row.dispute,x,a,2026-10-20 09:00:00,why,"{""claim"":""` + claim + `"",""kpi"":""` + kpi + `"",""manager_id"":""` +
		manager + `"",""owner"":""` + owner + `"",""period"":""` + period + `"",""row"":""` + row + "\"\"}\"\n"
}

func uphold(id, answers, more string) string {
	return id + `,row.uphold,x,b,2026-10-21 09:00:00,because,"{""answers"":""` + answers + `""` + more + "}\"\n"
}

const owner2 = `,""owner"":""M2""`

// TestMeasures_rulings: an upheld dispute takes a row out, or gives it to another owner with their team of that day; the
// rows of other measures and other managers stay, and those of all managers together are still the company's.
func TestMeasures_rulings(t *testing.T) {
	for name, c := range map[string]struct {
		decisions string
		want      []string
	}{
		"none":      {"", []string{"K1|M1|T1|1|1|NULL", "K2|M1|T1|1|1|NULL", "K3|M1|T1|1|1|NULL"}},
		"not ruled": {dispute("D000001", "C1", "K1", "2026-10", "M1", "not_counted", ""), []string{"K1|M1|T1|1|1|NULL", "K2|M1|T1|1|1|NULL", "K3|M1|T1|1|1|NULL"}},
		"out": {dispute("D000001", "C1", "K1", "2026-10", "M1", "duplicate", "") + uphold("D000002", "D000001", ""),
			[]string{"K1|M1|T1|NULL|NULL|disputed", "K2|M1|T1|1|1|NULL", "K3|M1|T1|1|1|NULL"}},
		"owner": {dispute("D000001", "C1", "K1", "2026-10", "M1", "wrong_owner", "M2") + uphold("D000002", "D000001", owner2) +
			dispute("D000003", "C1", "K2", "2026-10", "M1", "wrong_owner", "M2") + uphold("D000004", "D000003", owner2),
			[]string{"K1|M2|T2|1|1|NULL", "K2|M2|T3|1|1|NULL", "K3|M1|T1|1|1|NULL"}},
		"withdrawn": {dispute("D000001", "C1", "K1", "2026-10", "M1", "duplicate", "") + uphold("D000002", "D000001", "") +
			"D000003,decision.withdraw,D000002,b,2026-10-22 09:00:00,wrong,{}\n",
			[]string{"K1|M1|T1|1|1|NULL", "K2|M1|T1|1|1|NULL", "K3|M1|T1|1|1|NULL"}},
		"later holds": {dispute("D000001", "C1", "K1", "2026-10", "M1", "duplicate", "") + uphold("D000002", "D000001", "") +
			dispute("D000003", "C1", "K1", "2026-10", "M1", "wrong_owner", "M2") + uphold("D000004", "D000003", owner2),
			[]string{"K1|M2|T2|1|1|NULL", "K2|M1|T1|1|1|NULL", "K3|M1|T1|1|1|NULL"}},
		"elsewhere": {dispute("D000001", "B1", "K1", "2026-10", "M1", "duplicate", "") + uphold("D000002", "D000001", "") +
			dispute("D000003", "C1", "K2", "2026-10", "M9", "duplicate", "") + uphold("D000004", "D000003", ""),
			[]string{"K1|M1|T1|1|1|NULL", "K2|M1|T1|1|1|NULL", "K3|M1|T1|1|1|NULL"}},
		"after the close": {dispute("D000001", "C1", "K1", "2026-10", "M1", "duplicate", "") +
			uphold("D000002", "D000001", `,""effect"":""adjustment"",""num"":""1"",""den"":""1""`),
			[]string{"K1|M1|T1|1|1|NULL", "K2|M1|T1|1|1|NULL", "K3|M1|T1|1|1|NULL"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := modeltest.Run(t, contested(c.decisions), "m_c1", "m_b1")
			if diff := cmp.Diff(c.want, r.Rows("m_c1", "subject_id", "manager_id", "team", "num", "den", "excluded_reason")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestMeasures_rulingsOfCohorts: rows of a measure with periods of its own are told apart by the period.
func TestMeasures_rulingsOfCohorts(t *testing.T) {
	given := contested(dispute("D000001", "G1", "C1", "2026-Q3", "M1", "not_counted", "") + uphold("D000002", "D000001", ""))
	given["cases"] = "case_id,customer_id,kind,severity,created_at\nK0,C1,complaint,normal,2026-04-09 09:00:00"
	given["services"] = "service_id,customer_id,product,started_on\nS1,C1,line,2026-01-01"
	r := modeltest.Run(t, given, "m_g1")
	got := r.Query("select period_kind, anchor_on, excluded_reason from m_g1 where month(anchor_on) in (4, 7) order by 1, 2")
	if diff := cmp.Diff([]string{"month|2026-04-01|NULL", "month|2026-07-01|NULL", "quarter|2026-04-01|NULL", "quarter|2026-07-01|disputed"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestMeasures_rulingsPassTheChecks: with rulings in force a whole run holds: the cube adds up to the rows, and what the
// managers and nobody have is what the company has.
func TestMeasures_rulingsPassTheChecks(t *testing.T) {
	r := modeltest.Run(t, contested(
		dispute("D000001", "C1", "K1", "2026-10", "M1", "wrong_owner", "M2")+uphold("D000002", "D000001", owner2)+
			dispute("D000003", "C1", "K2", "2026-10", "M1", "customer_wait", "")+uphold("D000004", "D000003", "")))
	want := []string{"M1|1|1", "M2|1|1"}
	if diff := cmp.Diff(want, r.Query("select manager_id, sum(num), sum(den) from cube where kpi = 'C1' and den > 0 group by 1 order by 1")); diff != "" {
		t.Error(diff)
	}
	if got := r.Query("select count(*), sum(num), sum(den) from m_c1"); got[0] != "3|2|2" {
		t.Error(got)
	}
}
