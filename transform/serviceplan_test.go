package transform_test

import (
	"testing"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// TestServicePlan: what is owed and delivered in windows of August to October 2026.
//
//   - C1 is of tier 1 from 2026-09-15 on: the plan begins with the next window, October. A call-back was owed and made by
//     telephone; of two contacts owed, a call and a visit were two days, and a third day counts no more.
//   - C2 is of tier 1 throughout. It agreed to two trainings a month instead of one; one was held in October, two on one day
//     in September (a day counts once), none in August. Its call-backs were planned: done on 10-20, and one not done.
//   - C3 is of tier 1 and left on 2026-10-10: October was not a whole window for it.
//   - The event of November was not held yet.
func TestServicePlan(t *testing.T) {
	r := modeltest.Setup{Rules: `params:
  - {name: visit_min_gap_days, value: 1}
cadences:
  - {kind: callback, tier: 1, window_months: 1, required: 1}
  - {kind: touch, tier: 1, window_months: 1, required: 2}
  - {kind: customer_training, tier: 1, window_months: 1, required: 1}
  - {kind: customer_training, customer: C2, window_months: 1, required: 2}
`}.Run(t, modeltest.Given{
		"assignments": "customer_id, manager_id, valid_from\nC1, M1, 2024-01-01\nC2, M1, 2024-01-01\nC3, M1, 2024-01-01",
		"customers": `customer_id, name, ended_on, status
			C1, 甲, ,
			C2, 乙, ,
			C3, 丙, 2026-10-10, cancelled`,
		"services": `service_id, customer_id, product, started_on, ended_on
			S1, C1, 专线, 2024-01-01,
			S2, C2, 专线, 2024-01-01,
			S3, C3, 专线, 2024-01-01, 2026-10-10`,
		"tier_history": `customer_id, effective_from, tier, approved_at
			C1, 2026-09-15, 1, 2026-09-01 09:00:00
			C2, 2024-01-01, 1, 2024-01-01 09:00:00
			C3, 2024-01-01, 1, 2024-01-01 09:00:00`,
		"visits": `visit_id, customer_id, manager_id, started_at, ended_at, mode
			V1, C1, M1, 2026-10-14 09:00:00, 2026-10-14 10:00:00, phone
			V2, C1, M1, 2026-10-15 09:00:00, 2026-10-15 10:00:00, onsite`,
		"calls": `call_id, customer_id, manager_id, started_at, seconds
			L1, C1, M1, 2026-10-16 09:00:00, 60
			L2, C2, M1, 2026-08-03 09:00:00, 60`,
		"duties": `duty_id, customer_id, kind, window_start, window_end, done_at
			D1, C2, callback, 2026-10-01, 2026-10-31, 2026-10-20 10:00:00
			D2, C2, callback, 2026-09-01, 2026-09-30,`,
		"service_events": `event_id, customer_id, kind, at
			E1, C2, customer_training, 2026-09-10 09:00:00
			E2, C2, customer_training, 2026-09-10 15:00:00
			E3, C2, customer_training, 2026-10-10 09:00:00
			E4, C2, customer_training, 2026-11-10 09:00:00`,
	}, "fct_service_plan")
	want(t, r, "fct_service_plan", []string{"customer_id", "item", "starts_on", "owed", "times", "done"},
		"C1|callback|2026-10-01|1|1|1", "C1|touch|2026-10-01|2|3|2", "C1|customer_training|2026-10-01|1|0|0",
		"C2|callback|2026-08-01|1|0|0", "C2|touch|2026-08-01|2|1|1", "C2|customer_training|2026-08-01|2|0|0",
		"C2|callback|2026-09-01|1|0|0", "C2|touch|2026-09-01|2|0|0", "C2|customer_training|2026-09-01|2|1|1",
		"C2|callback|2026-10-01|1|1|1", "C2|touch|2026-10-01|2|0|0", "C2|customer_training|2026-10-01|2|1|1",
		"C3|callback|2026-08-01|1|0|0", "C3|touch|2026-08-01|2|0|0", "C3|customer_training|2026-08-01|1|0|0",
		"C3|callback|2026-09-01|1|0|0", "C3|touch|2026-09-01|2|0|0", "C3|customer_training|2026-09-01|1|0|0")
}
