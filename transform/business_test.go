package transform_test

import (
	"testing"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// Customer C is M1's until 2026-10-14 and M2's from the 15th on; M2's last day is 2026-10-20 (see twoManagers).
const handedOver = `customer_id, manager_id, valid_from, valid_to
	C, M1, 2020-01-01, 2026-10-14
	C, M2, 2026-10-15,
	D, M1, 2020-01-01,`

func TestJ1(t *testing.T) {
	r := modeltest.Setup{Rules: `
params: [{name: clawback_days, value: 90}]
weights: [{of: new_business, values: {专线: 150, 云: 33, other: 100}}]
`}.Run(t, modeltest.Given{
		"managers":    twoManagers,
		"customers":   "customer_id, name\nC, c\nD, d",
		"assignments": handedOver,
		"visits":      "visit_id, customer_id, manager_id, started_at\nv, D, M1, 2026-09-05 09:00:00",
		"orders": `order_id, customer_id, manager_id, signed_on, activated_on, cancelled_on, product, monthly_fen, is_migration
			o1, C, M2, 2026-10-14, 2026-10-20, , 专线, 1000, false
			o2, C, M1, 2026-10-15, 2026-10-20, , 短信, 1000,
			o3, C, M1, 2026-10-21, 2026-10-25, , 云, 50, false
			o4, D, M1, 2026-07-01, 2026-07-10, 2026-10-08, 短信, 300, false
			o5, D, M1, 2026-07-01, 2026-07-10, 2026-10-09, 短信, 300, false
			o6, D, M1, 2026-10-01, 2026-10-10, , 短信, 300, true
			o7, D, M1, 2026-10-01, 2026-10-10, , 短信, , false
			o8, D, M1, 2026-10-01, , , 短信, 300, false
			o9, D, M1, 2026-10-01, 2026-11-02, , 短信, 300, false
			o10, D, M1, 2026-10-01, 2026-10-20, 2026-10-15, 短信, 70, false`,
		"targets": `kpi, period, scope, value
			J1.volume, *, manager:M1, 5000
			J1.volume, 2026-10, manager:M1, 6000
			J1.volume, 2026-10, manager:M2, 4000
			J1.volume, *, company, 9000
			J1.volume, 2026-Q4, manager:M1, 99000
			J1, *, company, 1`,
	}, "m_j1", "m_j1_volume")
	// The owner of the day of signing has the credit, whoever the file names. o1: 1000 x 150 %; o3: 50 x 33 % = 16.5, rounded to
	// 17, signed after M2's last day. o4 was cancelled on day 90 after 07-10 (21 + 31 + 30 + 8), o5 on day 91. o8 and o9 are not
	// activated yet. o10 was cancelled before it was activated: taken back on the day on which it counts. October's target of M1 stands before that of all months; the company's is not added where managers have
	// theirs, and a quarter's is not spread; M2 was in post on 20 of 31 days: 4000 x 20/31 = 2580.6. Events begin in September.
	want(t, r, "m_j1", append([]string{"anchor_on"}, verdict...),
		"2026-10-20|o1|M1|NULL|1500|0|NULL", "2026-10-20|o2|M2|NULL|1000|0|NULL", "2026-10-25|o3|NULL|leaver|17|0|NULL",
		"2026-07-10|o4|M1|NULL|300|0|NULL", "2026-10-08|o4/clawback|M1|NULL|-300|0|NULL", "2026-07-10|o5|M1|NULL|300|0|NULL",
		"2026-10-20|o10|M1|NULL|70|0|NULL", "2026-10-20|o10/clawback|M1|NULL|-70|0|NULL",
		"2026-10-10|o6|M1|NULL|NULL|NULL|migration", "2026-10-10|o7|M1|NULL|NULL|NULL|no_amount",
		"2026-09-01|target/M1/2026-09|M1|NULL|0|5000|NULL",
		"2026-10-01|target/M1/2026-10|M1|NULL|0|6000|NULL", "2026-10-01|target/M2/2026-10|M2|NULL|0|2581|NULL", "2026-10-01|target/M2/2026-10/rest|NULL|leaver|0|1419|NULL")
	want(t, r, "m_j1_volume where excluded_reason is null", []string{"count(*)", "sum(num)"}, "8|2817")
}

// TestJ1_partMonths: who is in post for part of a month bears that part of its target, and nobody the rest. A came on 09-10 and
// was in post on 21 of September's 30 days: 1001 x 21/30 = 700.7, rounded to 701, and October whole; B came on 10-16, 16 of 31
// days: 1000 x 16/31 = 516.1, and none of September's; C left on 09-15: 1001 x 15/30 = 500.5, rounded to 501; D was there from
// 10-05 to 10-09: 5 of 31 days, 161.3; E's days are not known: all of it. Each month remains 5002 fen together.
func TestJ1_partMonths(t *testing.T) {
	r := modeltest.Setup{Rules: "params: [{name: clawback_days, value: 90}]\n"}.Run(t, modeltest.Given{
		"managers": `manager_id, name, team, hired_on, left_on
			A, 甲, T1, 2026-09-10,
			B, 乙, T2, 2026-10-16,
			C, 丙, T1, 2020-01-01, 2026-09-15
			D, 丁, T1, 2026-10-05, 2026-10-09
			E, 戊, T2, ,`,
		"customers": "customer_id, name\nK, k",
		"visits":    "visit_id, customer_id, manager_id, started_at\nv, K, A, 2026-09-05 09:00:00",
		"targets": `kpi, period, scope, value
			J1.volume, *, manager:A, 1001
			J1.volume, *, manager:B, 1000
			J1.volume, *, manager:C, 1001
			J1.volume, *, manager:D, 1000
			J1.volume, *, manager:E, 1000`,
	}, "m_j1")
	want(t, r, "m_j1 where anchor_on < date '2026-11-01'", []string{"subject_id", "manager_id", "unassigned_reason", "team", "den"},
		"target/A/2026-09|A|NULL|T1|701", "target/A/2026-09/rest|NULL|no_owner|NULL|300", "target/A/2026-10|A|NULL|T1|1001",
		"target/B/2026-09|NULL|no_owner|NULL|1000", "target/B/2026-10|B|NULL|T2|516", "target/B/2026-10/rest|NULL|no_owner|NULL|484",
		"target/C/2026-09|C|NULL|T1|501", "target/C/2026-09/rest|NULL|leaver|NULL|500", "target/C/2026-10|NULL|leaver|NULL|1001",
		"target/D/2026-09|NULL|no_owner|NULL|1000", "target/D/2026-10|D|NULL|T1|161", "target/D/2026-10/rest|NULL|leaver|NULL|839",
		"target/E/2026-09|E|NULL|T2|1000", "target/E/2026-10|E|NULL|T2|1000")
	want(t, r, "m_j1 where anchor_on < date '2026-11-01' group by anchor_on", []string{"sum(den)"}, "5002", "5002")
}

// TestJ1_unset: a product that has no weight is left out; the company's target counts where no manager has one.
func TestJ1_unset(t *testing.T) {
	r := modeltest.Setup{Rules: `
params: [{name: clawback_days, value: 90}]
weights: [{of: new_business, values: {专线: 100}}]
`}.Run(t, modeltest.Given{
		"customers": "customer_id, name\nD, d",
		"visits":    "visit_id, customer_id, manager_id, started_at\nv, D, M1, 2026-10-05 09:00:00",
		"orders": `order_id, customer_id, signed_on, activated_on, product, monthly_fen
			o1, D, 2026-10-01, 2026-10-10, 专线, 300
			o2, D, 2026-10-01, 2026-10-10, 云, 300`,
		"targets": "kpi, period, scope, value\nj1.volume, 2026-10, company, 9000",
	}, "m_j1")
	want(t, r, "m_j1", verdict, "o1|NULL|no_owner|300|0|NULL", "o2|NULL|no_owner|NULL|NULL|rule_unset",
		"target/company/2026-10|NULL|no_owner|0|9000|NULL")
}

func TestJ2(t *testing.T) {
	given := modeltest.Given{
		"managers":    twoManagers,
		"customers":   "customer_id, name\nC, c\nD, d",
		"assignments": handedOver,
		"opportunities": `opportunity_id, customer_id, manager_id, opened_on, decided_on, outcome
			p1, C, M9, 2026-10-01, 2026-10-14, won
			p2, C, M9, 2026-10-01, 2026-10-15, lost
			p3, D, M9, 2026-05-01, 2026-10-28, won
			p4, D, M9, 2026-05-01, 2026-10-29, won
			p5, D, M9, 2026-05-04, , 
			p6, D, M9, 2026-05-05, ,
			p7, D, M9, 2026-04-01, 2026-05-01, none
			p8, D, M9, 2026-10-01, 2026-11-02, won`,
	}
	// 180 days after 05-01 is 10-28 (30 + 30 + 31 + 31 + 30 + 28): p3 was decided in time, p4 a day late and so lost on 10-28. p5's
	// 180th day is 10-31, over at 11-01 00:00; p6's is 11-01. p7 was never decided: 04-01 + 180 days = 09-28.
	want(t, modeltest.Run(t, given, "m_j2"), "m_j2", append([]string{"anchor_on"}, verdict...),
		"2026-10-14|p1|M1|NULL|1|1|NULL", "2026-10-15|p2|M2|NULL|0|1|NULL",
		"2026-10-28|p3|M1|NULL|1|1|NULL", "2026-10-28|p4|M1|NULL|0|1|NULL", "2026-10-31|p5|M1|NULL|0|1|NULL",
		"2026-09-28|p7|M1|NULL|0|1|NULL")
	r := modeltest.Setup{Rules: "params: []\n"}.Run(t, given, "m_j2")
	want(t, r, "m_j2 where subject_id in ('p4', 'p5')", append([]string{"anchor_on"}, verdict...),
		"2026-05-04|p5|M1|NULL|NULL|NULL|rule_unset", "2026-10-29|p4|M1|NULL|1|1|NULL")
}

func TestJ3(t *testing.T) {
	r := modeltest.Setup{Rules: `
params: [{name: clawback_days, value: 90}]
limits:
  - {rule: provisioning, limit: 3 working_days, from: 2026-10-05}
  - {rule: provisioning, tier: 1, limit: 3 days, from: 2026-10-05}
`}.Run(t, modeltest.Given{
		"managers":     twoManagers,
		"customers":    "customer_id, name\nC, c\nD, d\nE, e",
		"assignments":  handedOver,
		"tier_history": "customer_id, effective_from, tier\nE, 2020-01-01, 1",
		"orders": `order_id, customer_id, signed_on, activated_on, cancelled_on, green_channel, due_on, is_migration
			g1, C, 2026-10-14, 2026-10-20, , true, 2026-10-20,
			g2, C, 2026-10-15, 2026-10-21, , true, 2026-10-20,
			g3, D, 2026-10-09, 2026-10-13, , true, ,
			g4, D, 2026-10-09, 2026-10-14, , true, ,
			g5, E, 2026-10-09, 2026-10-12, , true, ,
			g6, E, 2026-10-09, 2026-10-13, , true, ,
			g7, D, 2026-10-04, 2026-10-20, , true, ,
			h1, D, 2026-10-09, , 2026-10-13, true, ,
			h2, D, 2026-10-09, , 2026-10-14, true, ,
			h3, D, 2026-10-09, 2026-10-10, 2026-10-20, true, ,
			h4, D, 2026-10-09, 2026-10-10, , true, , true
			h5, D, 2026-10-09, 2026-10-10, , false, ,
			h6, D, 2026-10-28, , , true, 2026-10-31,
			h7, D, 2026-10-28, , , true, 2026-11-01,`,
	}, "m_j3")
	// g1 and g2 have due days of their own. Signed on Friday 10-09: Saturday the 10th is worked in exchange, so the third working day
	// is Tuesday the 13th; on calendar days it is Monday the 12th (tier 1). On 10-04 there was no limit yet. h1 was cancelled on
	// the last day, h2 a day late; h3 within 90 days of its activation. h6's day is over at 11-01 00:00, h7's is not.
	want(t, r, "m_j3", append([]string{"anchor_on"}, verdict...),
		"2026-10-20|g1|M1|NULL|1|1|NULL", "2026-10-20|g2|M2|NULL|0|1|NULL",
		"2026-10-13|g3|M1|NULL|1|1|NULL", "2026-10-13|g4|M1|NULL|0|1|NULL",
		"2026-10-12|g5|NULL|no_owner|1|1|NULL", "2026-10-12|g6|NULL|no_owner|0|1|NULL",
		"2026-10-04|g7|M1|NULL|NULL|NULL|rule_unset",
		"2026-10-13|h1|M1|NULL|NULL|NULL|cancelled", "2026-10-13|h2|M1|NULL|0|1|NULL",
		"2026-10-13|h3|M1|NULL|NULL|NULL|clawed_back", "2026-10-13|h4|M1|NULL|NULL|NULL|migration",
		"2026-10-31|h6|M1|NULL|0|1|NULL")
}

func TestJ4(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers":    twoManagers,
		"customers":   "customer_id, name\nC, c",
		"assignments": handedOver,
		"projects": `project_id, customer_id, scope_due, scope_done, accepted_on, accepted_first_time
			P1, C, 10, 8, 2026-10-14, true
			P2, C, 10, 12, 2026-10-15, false
			P3, C, , 8, 2026-10-12, 
			P4, C, 10, 9, 2026-11-02, true
			P5, C, 10, 9, , `,
		"milestones": `milestone_id, project_id, due_on, changed_due_on, change_approved_by, accepted_on
			m1, P1, 2026-10-20, , , 2026-10-14
			m2, P1, 2026-10-20, , , 2026-10-21
			m3, P1, 2026-10-10, 2026-10-20, B1, 2026-10-20
			m4, P1, 2026-10-10, 2026-10-20, , 2026-10-20
			m5, P1, 2026-10-31, , ,
			m6, P1, 2026-11-01, , ,
			m7, P9, 2026-10-20, , , 2026-10-20`,
	}, "m_j4", "m_j4_first", "m_j4_scope")
	// m1 was accepted while the customer was M1's, m2 fell due while it was M2's. m3's change was approved, m4's was not. m5 fell due
	// after M2's last day and is over at 11-01 00:00, m6 is not. Nobody knows project P9.
	want(t, r, "m_j4", append([]string{"anchor_on", "planned_on"}, verdict...),
		"2026-10-20|2026-10-20|m1|M1|NULL|1|1|NULL", "2026-10-20|2026-10-20|m2|M2|NULL|0|1|NULL",
		"2026-10-20|2026-10-10|m3|M2|NULL|1|1|NULL", "2026-10-10|2026-10-10|m4|M1|NULL|0|1|NULL",
		"2026-10-31|2026-10-31|m5|NULL|leaver|0|1|NULL", "2026-10-20|2026-10-20|m7|NULL|no_owner|1|1|NULL")
	want(t, r, "m_j4_first", verdict, "P1|M1|NULL|1|1|NULL", "P2|M2|NULL|0|1|NULL", "P3|M1|NULL|NULL|NULL|not_recorded")
	want(t, r, "m_j4_scope", verdict, "P1|M1|NULL|8|10|NULL", "P2|M2|NULL|12|10|NULL", "P3|M1|NULL|NULL|NULL|not_recorded")
}

func TestJ5(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": twoManagers,
		"customers": `customer_id, name, merged_into, merged_at
			C, c, ,
			D, d, ,
			E, e, ,
			F, f, ,
			G, g, ,
			H, h, C, 2026-10-10 09:00:00
			I, i, ,
			J, j, ,
			K, k, J, 2026-10-10 09:00:00
			N, n, ,
			O, o, N, 2026-10-10 09:00:00`,
		"assignments": handedOver + `
			E, M1, 2020-01-01,
			F, M1, 2020-01-01,
			G, M1, 2020-01-01,
			H, M1, 2020-01-01,
			I, M1, 2020-01-01,
			J, M1, 2020-01-01,
			K, M1, 2020-01-01,
			N, M1, 2020-01-01,
			O, M1, 2020-01-01,`,
		"tier_history": `customer_id, effective_from, tier
			C, 2020-01-01, 2
			D, 2020-01-01, 3
			D, 2026-10-01, 2
			E, 2020-01-01, 1
			E, 2026-10-31, 3
			F, 2020-01-01, 2
			G, 2020-01-01, 2
			H, 2020-01-01, 1
			I, 2020-01-01, 1
			I, 2026-10-12, 2
			J, 2020-01-01, 3
			J, 2026-10-12, 1
			K, 2020-01-01, 1
			N, 2020-01-01, 3
			N, 2026-10-12, 1
			O, 2020-01-01, 3`,
		"services": `service_id, customer_id, product, started_on, ended_on
			s1, C, 专线, 2020-01-01,
			s2, D, 专线, 2020-01-01,
			s3, E, 专线, 2020-01-01,
			s4, F, 专线, 2020-01-01, 2026-10-30
			s5, G, 专线, 2026-10-31,
			s6, H, 专线, 2020-01-01,
			s7, I, 专线, 2020-01-01,
			s8, J, 专线, 2020-01-01,
			s9, K, 专线, 2020-01-01,
			s10, N, 专线, 2020-01-01,
			s11, O, 专线, 2020-01-01,`,
		"visits": "visit_id, customer_id, manager_id, started_at\nv, D, M1, 2026-09-05 09:00:00",
	}, "m_j5")
	// The end of October against the end of September. C goes from M1 to M2, who leaves on 10-20: nobody's at the end. D rises with
	// the first of October, E falls with its last day. F's last day is the 30th, G's first the 31st. H is merged away. I moves
	// within the top. J takes the place of K, which was of tier 1: no gain; O, which N took in, was of tier 3: N rises. September has no change.
	want(t, r, "m_j5 where period_kind = 'month'", append([]string{"anchor_on", "category"}, verdict...),
		"2026-10-01|handed_over|C|M1|NULL|-1|1|NULL", "2026-10-01|handed_over|C|NULL|leaver|1|1|NULL",
		"2026-10-01|up|D|M1|NULL|1|1|NULL", "2026-10-01|down|E|M1|NULL|-1|1|NULL",
		"2026-10-01|lost|F|M1|NULL|-1|1|NULL", "2026-10-01|new|G|M1|NULL|1|1|NULL",
		"2026-10-01|lost|H|M1|NULL|NULL|NULL|merged", "2026-10-01|lost|K|M1|NULL|NULL|NULL|merged",
		"2026-10-01|up|J|M1|NULL|NULL|NULL|merged", "2026-10-01|up|N|M1|NULL|1|1|NULL")
}
