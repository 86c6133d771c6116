package transform_test

import (
	"testing"

	"github.com/kamlens/kamlens/transform/modeltest"
)

const duties = " where anchor_on = date '2026-10-31' and subject_id like '%/1'"

// visitWorld has three managers, the given assignments and visits, and a first event in January.
func visitWorld(assignments, visits string) modeltest.Given {
	g := modeltest.Given{
		"managers":    "manager_id, name, left_on\nM1, 甲,\nM2, 乙,\nM3, 丙, 2026-10-25",
		"assignments": "customer_id, manager_id, valid_from, valid_to, role\n" + assignments,
		"visits":      visits,
		"cases":       "case_id, customer_id, kind, created_at\nK0, Z, consult, 2026-01-01 08:00:00",
	}
	return g
}

func TestF1_visits(t *testing.T) {
	g := visitWorld(`A, M1, 2020-01-01, , owner
		B, M1, 2020-01-01, , owner
		B, M2, 2020-01-01, , member
		C, M2, 2020-01-01, , owner`,
		`visit_id, customer_id, manager_id, started_at, ended_at, mode, contact_role, purpose, outcome, checkin, form_ref, reviewed
		v01, A, M1, 2026-10-05 09:00:00, 2026-10-05 10:00:00, onsite, finance, 走访, 完成, true, ,
		v02, A, M1, 2026-10-10 09:00:00, 2026-10-10 10:00:00, onsite, finance, 走访, 完成, , F1,
		v03, A, M1, 2026-10-11 09:00:00, 2026-10-11 10:00:00, , finance, 走访, 完成, true, ,
		v04, B, M1, 2026-09-05 09:00:00, 2026-09-05 10:00:00, phone, finance, 走访, 完成, true, ,
		v05, B, M1, 2026-09-05 11:00:00, 2026-09-05 12:00:00, onsite, , 走访, 完成, true, ,
		v06, B, M1, 2026-09-05 13:00:00, 2026-09-05 14:00:00, onsite, finance, , 完成, true, ,
		v07, B, M1, 2026-09-05 15:00:00, 2026-09-05 16:00:00, onsite, finance, 走访, , true, ,
		v08, B, M1, 2026-09-05 17:00:00, 2026-09-05 18:00:00, onsite, finance, 走访, 完成, false, ,
		v09, B, M1, 2026-09-06 17:00:00, 2026-09-06 18:00:00, onsite, finance, 走访, 完成, true, , rejected
		v10, B, M2, 2026-10-20 09:00:00, 2026-10-20 10:00:00, onsite, finance, 走访, 完成, true, ,
		v11, C, M1, 2026-10-06 09:00:00, 2026-10-06 10:00:00, onsite, finance, 走访, 完成, true, ,
		v12, C, M2, 2026-09-06 09:00:00, 2026-09-06 10:00:00, hall, finance, 走访, 完成, true, ,
		w01, A, M1, 2026-10-21 09:00:00, 2026-10-21 10:00:00, onsite, finance, 走访, 完成, true, ,
		w02, B, M1, 2026-10-21 09:59:59, 2026-10-21 11:00:00, onsite, finance, 走访, 完成, true, , ok
		w03, C, M1, 2026-10-21 11:00:00, 2026-10-21 12:00:00, onsite, finance, 走访, 完成, true, ,`)
	g["tier_history"] = "customer_id, effective_from, tier\nA, 2020-01-01, 1\nB, 2020-01-01, 1\nC, 2020-01-01, 1"
	g["services"] = "service_id, customer_id, product, started_on\nsA, A, 专线, 2020-01-01\nsB, B, 专线, 2020-01-01\nsC, C, 专线, 2020-01-01"
	r := modeltest.Run(t, g, "fct_visits", "m_f1")
	// v02 is five days after v01: one visit; v03 six days after v01, the last that counted. v10 is by a member of B's team, v11 by
	// one who has nothing to do with C. w01 and w02 overlap by a second: invalid until reviewed, w02 was; w03 begins when
	// w02 ends. w02 is a day after v10.
	want(t, r, "fct_visits", []string{"visit_id", "invalid_reason", "acts", "counts"},
		"v01|NULL|true|true", "v02|NULL|true|false", "v03|NULL|true|true",
		"v04|phone|true|false", "v05|no_contact|true|false", "v06|no_purpose|true|false", "v07|no_outcome|true|false",
		"v08|no_checkin|true|false", "v09|rejected|true|false",
		"v10|NULL|true|true", "v11|NULL|false|false", "v12|NULL|true|true",
		"w01|two_places|true|false", "w02|NULL|true|false", "w03|NULL|false|false")
	// October of A: v01 and v03 count, v02 and w01 do not. B: v10; w02 falls into its gap. C: both are a stranger's. September of B: a call,
	// which is no visit, and five others.
	want(t, r, "m_f1 where anchor_on in (date '2026-09-30', date '2026-10-31')", []string{"subject_id", "visits", "visits_void"},
		"A/2026-09-01/1|0|0", "A/2026-10-01/1|2|2", "B/2026-09-01/1|0|5", "B/2026-10-01/1|1|1", "C/2026-09-01/1|1|0", "C/2026-10-01/1|0|2")
	edge(t, 29, "a visit by a stranger is nobody's duty", r, "fct_visits where visit_id in ('v10', 'v11')", []string{"visit_id", "invalid_reason", "acts", "counts"},
		"v10|NULL|true|true", "v11|NULL|false|false")
	edge(t, 30, "two visits at once are both invalid until they are reviewed", r, "fct_visits where visit_id like 'w%'", []string{"visit_id", "invalid_reason"},
		"w01|two_places", "w02|NULL", "w03|NULL")
}

// TestF1_longVisit: a visit of several days overlaps those of every day of it, not only of its first and last (edge 30).
func TestF1_longVisit(t *testing.T) {
	g := visitWorld("A, M1, 2020-01-01, , owner\nB, M1, 2020-01-01, , owner\nC, M1, 2020-01-01, , owner",
		`visit_id, customer_id, manager_id, started_at, ended_at, mode, contact_role, purpose, outcome, checkin
		v1, A, M1, 2026-10-05 09:00:00, 2026-10-09 10:00:00, onsite, finance, 走访, 完成, true
		v2, B, M1, 2026-10-07 09:00:00, 2026-10-07 10:00:00, onsite, finance, 走访, 完成, true
		v3, C, M1, 2026-10-09 10:00:00, 2026-10-09 11:00:00, onsite, finance, 走访, 完成, true`)
	r := modeltest.Run(t, g, "fct_visits")
	// v2 lies within v1; v3 begins when v1 ends.
	want(t, r, "fct_visits", []string{"visit_id", "invalid_reason"}, "v1|two_places", "v2|two_places", "v3|NULL")
}

// TestF1_tiersTie: July and August have 31 days each, A was of tier 3 (three visits in two months) in July and of tier 2
// (one a month) in August: the lower tier's duty holds, never the higher one's for the past (3.F). B became tier 2 on
// 30 July: 29 days against 33.
func TestF1_tiersTie(t *testing.T) {
	g := visitWorld("A, M1, 2020-01-01, , owner\nB, M1, 2020-01-01, , owner", "visit_id, customer_id, manager_id, started_at, mode\nv1, A, M1, 2026-01-05 09:00:00, phone")
	g["tier_history"] = `customer_id, effective_from, tier, approved_at
		A, 2026-01-01, 3, 2025-12-20 10:00:00
		A, 2026-08-01, 2, 2026-07-20 10:00:00
		B, 2026-01-01, 3, 2025-12-20 10:00:00
		B, 2026-07-30, 2, 2026-07-20 10:00:00`
	g["services"] = "service_id, customer_id, product, started_on\nS1, A, 专线, 2020-01-01\nS2, B, 专线, 2020-01-01"
	s := modeltest.Setup{Rules: `cadences:
  - {tier: 2, kind: visit, window_months: 1, required: 1}
  - {tier: 3, kind: visit, window_months: 2, required: 3}
params:
  - {name: visit_min_gap_days, value: 5}
`}
	r := s.Run(t, g, "m_f1")
	want(t, r, "m_f1 where anchor_on = date '2026-08-31'", []string{"subject_id", "tier", "num", "den"},
		"A/2026-07-01/2|3|0|3", "A/2026-08-01/1|2|0|1", "B/2026-08-01/1|2|0|1")
}

func TestF1_duties(t *testing.T) {
	g := visitWorld(`A, M1, 2020-01-01, , owner
		B, M1, 2020-01-01, , owner
		C, M1, 2020-01-01, 2026-10-16, owner
		C, M2, 2026-10-17, , owner
		D, M1, 2020-01-01, 2026-10-15, owner
		D, M2, 2026-10-16, , owner
		E, M3, 2020-01-01, , owner
		G, M1, 2020-01-01, , owner
		H, M1, 2020-01-01, , owner
		W, M1, 2020-01-01, , owner`,
		`visit_id, customer_id, manager_id, started_at
		v1, A, M1, 2026-10-05 09:00:00
		v2, A, M1, 2026-10-15 09:00:00
		v3, C, M1, 2026-10-02 09:00:00
		v4, B, M1, 2026-11-01 00:00:00
		v5, E, M3, 2026-10-25 23:00:00`)
	g["tier_history"] = `customer_id, effective_from, tier
		A, 2020-01-01, 1
		B, 2020-01-01, 1
		C, 2020-01-01, 1
		D, 2020-01-01, 1
		E, 2020-01-01, 1
		G, 2020-01-01, 1
		G, 2026-10-16, 3
		H, 2020-01-01, 1
		H, 2026-10-17, 3
		W, 2020-01-01, 1`
	g["duties"] = `duty_id, customer_id, kind, window_start, window_end, waived_by
		d1, W, visit, 2026-10-01, 2026-10-31, B1
		d2, B, visit, 2026-10-01, 2026-10-31,
		d3, A, visit, 2026-10-01, 2026-10-30, B1`
	g["customers"] = "customer_id, name\nA, a\nB, b\nC, c\nD, d\nE, e\nG, g\nH, h\nW, w"
	g["services"] = `service_id, customer_id, product, started_on, ended_on
		sA, A, 专线, 2020-01-01,
		sB, B, 专线, 2020-01-01, 2026-10-16
		sC, C, 专线, 2020-01-01,
		sD, D, 专线, 2026-10-17,
		sE, E, 专线, 2020-01-01,
		sG, G, 专线, 2020-01-01,
		sH, H, 专线, 2020-01-01,
		sW, W, 专线, 2020-01-01,`
	r := modeltest.Run(t, g, "m_f1")
	// October has 31 days, half is 15.5. A: two visits, one required: capped at 1 (its waiver ends a day before the window). B:
	// 16 active days are more than half, the visit of 11-01 is not October's (and v4 not yet: as of 11-01 00:00 it has
	// begun, in November). C: M1 16 days, M2 15: stays with M1, whose visit counts. D: active 15 days: no full duty. E: M3
	// holds the longer part but left on 10-25: leaver; his visit of his last day counts. G: 15 days tier 1, 16 days tier 3:
	// no monthly duty. H: 16 days of tier 1: due. W: waived.
	want(t, r, "m_f1"+duties, verdict,
		"A/2026-10-01/1|M1|NULL|1|1|NULL",
		"B/2026-10-01/1|M1|NULL|0|1|NULL",
		"C/2026-10-01/1|M1|NULL|1|1|NULL",
		"D/2026-10-01/1|M2|NULL|NULL|NULL|part_window",
		"E/2026-10-01/1|NULL|leaver|1|1|NULL",
		"H/2026-10-01/1|M1|NULL|0|1|NULL",
		"W/2026-10-01/1|M1|NULL|NULL|NULL|waived",
	)
	// G is tier 3 for a quarter only in part: in Q3 it was tier 1, so no quarterly duty ended by 11-01.
	want(t, r, "m_f1 where subject_id like 'G%' and anchor_on >= date '2026-09-30'", []string{"subject_id"}, "G/2026-09-01/1")
}

// TestF1_ownCadence: a customer's own cadence holds in place of its tier's, for windows that begin while it is in force.
func TestF1_ownCadence(t *testing.T) {
	ids := []string{"A", "B", "C", "D"}
	g := modeltest.Given{
		"customers":    "customer_id, name",
		"assignments":  "customer_id, manager_id, valid_from",
		"services":     "service_id, customer_id, product, started_on",
		"tier_history": "customer_id, effective_from, tier\nA, 2020-01-01, 1\nB, 2020-01-01, 1\nC, 2020-01-01, 1",
		"visits":       "visit_id, customer_id, manager_id, started_at\nv1, A, M1, 2026-09-05 09:00:00\nv2, D, M1, 2026-10-05 09:00:00\nv3, D, M1, 2026-10-20 09:00:00",
		"cases":        "case_id, customer_id, kind, created_at\nK0, Z, consult, 2026-08-01 08:00:00",
	}
	for _, id := range ids {
		g["customers"] += "\n" + id + ", " + id
		g["assignments"] += "\n" + id + ", M1, 2020-01-01"
		g["services"] += "\ns" + id + ", " + id + ", 专线, 2020-01-01"
	}
	rules := `version: t
params:
  - {name: visit_min_gap_days, value: 5}
cadences:
  - {kind: visit, tier: 1, window_months: 1, required: 1}
  - {kind: visit, customer: A, window_months: 2, required: 2, from: 2026-09-01}
  - {kind: visit, customer: B, window_months: 1, required: 0, from: 2026-10-01}
  - {kind: visit, customer: D, window_months: 1, required: 3}
`
	r := modeltest.Setup{Rules: rules}.Run(t, g, "m_f1")
	// Every tier 1 customer owes August, September and October one visit each, as of 11-01. A owes two in September-October
	// from 09-01 on instead: one of them done. B owes nothing from October on. D has no tier, but a cadence of its own:
	// three a month, two done in October.
	want(t, r, "m_f1", verdict,
		"A/2026-08-01/1|M1|NULL|0|1|NULL",
		"A/2026-09-01/2|M1|NULL|1|2|NULL",
		"B/2026-08-01/1|M1|NULL|0|1|NULL",
		"B/2026-09-01/1|M1|NULL|0|1|NULL",
		"C/2026-08-01/1|M1|NULL|0|1|NULL",
		"C/2026-09-01/1|M1|NULL|0|1|NULL",
		"C/2026-10-01/1|M1|NULL|0|1|NULL",
		"D/2026-08-01/1|M1|NULL|0|3|NULL",
		"D/2026-09-01/1|M1|NULL|0|3|NULL",
		"D/2026-10-01/1|M1|NULL|2|3|NULL",
	)
}

func TestF1_unsetRule(t *testing.T) {
	g := modeltest.Given{
		"assignments":  "customer_id, manager_id, valid_from\nA, M1, 2020-01-01\nB, M1, 2020-01-01",
		"tier_history": "customer_id, effective_from, tier\nA, 2020-01-01, 1\nB, 2020-01-01, 2",
		"customers":    "customer_id, name\nA, a\nB, b",
		"visits":       "visit_id, customer_id, manager_id, started_at\nv1, A, M1, 2026-10-05 09:00:00",
	}
	rules := `version: t
params:
  - {name: visit_min_gap_days, value: 5}
cadences:
  - {kind: visit, tier: 1, window_months: 1, required: 0}
`
	r := modeltest.Setup{Rules: rules}.Run(t, g, "m_f1")
	// Tier 1 is visited as the case may be (required 0): no duty. Tier 2 has no cadence: not set.
	want(t, r, "m_f1", verdict, "B/2026-10-01/1|M1|NULL|NULL|NULL|rule_unset")
}
