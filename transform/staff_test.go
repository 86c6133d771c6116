package transform_test

import (
	"testing"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// TestStaff_notManagers: rows that name a person count for him when he is a manager, by the feed or by owning customers; those
// of other staff count for the company alone.
func TestStaff_notManagers(t *testing.T) {
	given := modeltest.Given{
		"assignments":   "customer_id, manager_id, valid_from\nC, O9, 2020-01-01",
		"trainings":     "training_id, manager_id, due_on, done_on\nm, M1, 2026-10-05, 2026-10-05\no, O9, 2026-10-05, 2026-10-05\ns, S1, 2026-10-05, 2026-10-06",
		"meetings":      "meeting_id, manager_id, at\nm, M1, 2026-10-12 07:45:00\no, O9, 2026-10-12 07:45:00\ns, S1, 2026-10-12 07:45:00",
		"calls":         "call_id, customer_id, manager_id, started_at, seconds\nm, C, M1, 2026-10-12 09:00:00, 60\no, C, O9, 2026-10-12 09:00:00, 60\ns, C, S1, 2026-10-12 09:00:00, 601",
		"reports_due":   "report_id, kind, owed_by, due_at\nm, analysis, M1, 2026-10-12 09:00:00\no, analysis, O9, 2026-10-12 09:00:00\ns, analysis, S1, 2026-10-12 09:00:00",
		"findings":      "finding_id, owner_id, raised_on, due_on\nm, M1, 2026-10-01, 2026-10-12\no, O9, 2026-10-01, 2026-10-12\ns, S1, 2026-10-01, 2026-10-12",
		"breaches":      "breach_id, manager_id, kind, heard_on, confirmed_on, confirmed_by\nm, M1, x, 2026-10-05, 2026-10-06, B\no, O9, x, 2026-10-05, 2026-10-06, B\ns, S1, x, 2026-10-05, 2026-10-06, B",
		"audit_samples": "sample_id, manager_id, drawn_on, stratum, stratum_size, passed\nm, M1, 2026-10-05, a, 9, true\no, O9, 2026-10-05, a, 9, true\ns, S1, 2026-10-05, a, 9, true",
		"mystery_items": "visit_id, item, manager_id, on, weight, score, max\nm, a, M1, 2026-10-05, 1, 4, 5\no, a, O9, 2026-10-05, 1, 4, 5\ns, a, S1, 2026-10-05, 1, 4, 5",
	}
	// Without a list of managers nobody can tell who is none: S1 is one.
	rows := map[string][2]string{ // measure -> num, den of M1's and O9's row; of S1's
		"m_m1": {"1|1|NULL", "0|1|NULL"}, "m_m3": {"0|1|NULL", "0|1|NULL"}, "m_m5": {"1|1|NULL", "0|1|NULL"},
		"m_m4": {"0|1|NULL", "0|1|NULL"}, "m_l3": {"0|1|NULL", "0|1|NULL"}, "m_l4": {"1|1|NULL", "1|1|NULL"},
		"m_l2": {"1|1|NULL", "1|1|NULL"}, "m_l1": {"40000|50000|NULL", "40000|50000|NULL"},
	}
	subject := map[string]string{"m_l1": "/a"}
	views := make([]string, 0, len(rows))
	for view := range rows {
		views = append(views, view)
	}
	unlisted := modeltest.Run(t, given, views...)
	given["managers"] = "manager_id, name, team, valid_from\nM1, 甲, T1, 2020-01-01"
	listed := modeltest.Run(t, given, views...)
	for view, judgement := range rows {
		end := subject[view]
		want(t, unlisted, view, judged, "m"+end+"|M1|NULL|NULL|"+judgement[0], "o"+end+"|O9|NULL|NULL|"+judgement[0],
			"s"+end+"|S1|NULL|NULL|"+judgement[1])
		want(t, listed, view, judged, "m"+end+"|M1|NULL|T1|"+judgement[0], "o"+end+"|O9|NULL|NULL|"+judgement[0],
			"s"+end+"|NULL|not_manager|NULL|"+judgement[1])
	}
}
