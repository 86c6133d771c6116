package transform_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/kamlens/kamlens/transform"
	"github.com/kamlens/kamlens/transform/modeltest"
)

func TestL1(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": twoManagers,
		"mystery_items": `visit_id, item, manager_id, unit_id, shopper, on, weight, score, max, red_line, tag, applicable
			s1, a, M1, U1, X, 2026-10-12, 2, 4, 5, , attitude, true
			s1, b, M1, U1, X, 2026-10-12, , 2.5, 5, , ,
			s1, c, M1, U1, X, 2026-10-12, 1, , 5, , attitude, false
			s1, d, M1, U1, X, 2026-10-12, 1, , 5, , , true
			s1, e, M1, U1, X, 2026-10-12, 1, 6, 5, , , true
			s2, a, M1, U1, Y, 2026-10-15, 1, 5, 5, , , true
			s2, r, M1, U1, Y, 2026-10-15, 1, 4, 5, true, , true
			s3, a, M1, U1, Y, 2026-10-16, 1, 4, 5, , , true
			s3, r, M1, U1, Y, 2026-10-16, 1, 5, 5, true, , true
			s4, a, M1, U1, Y, 2026-10-17, 1, 4, 5, , , true
			s4, r, M1, U1, Y, 2026-10-17, 1, 0, 5, true, , false
			s5, a, , U1, Y, 2026-10-18, 1, 4, 5, , , true
			s6, a, M2, , Y, 2026-10-21, 1, 4, 5, , , true
			s7, a, M1, U1, Y, 2026-11-02, 1, 4, 5, , , true`,
	}, "m_l1", "m_l1_attitude", "m_l1_shopper")
	// Points are weight x score x 10,000: s1/a 2 x 4 = 8 of 10; s1/b has no weight: 2.5 of 5. c did not apply, d has no score, e
	// is above its maximum. s2 crossed a red line: its other item gets nothing either; in s3 the red-line item has full marks, in
	// s4 it did not apply. s5 is a hall's, s6 was after M2's last day, s7 after the business day.
	want(t, r, "m_l1", append([]string{"category"}, judged...),
		"attitude|s1/a|M1|NULL|T1|80000|100000|NULL", "b|s1/b|M1|NULL|T1|25000|50000|NULL",
		"attitude|s1/c|M1|NULL|T1|NULL|NULL|not_applicable", "d|s1/d|M1|NULL|T1|NULL|NULL|scale_unset",
		"e|s1/e|M1|NULL|T1|NULL|NULL|out_of_scale",
		"a|s2/a|M1|NULL|T2|0|50000|NULL", "r|s2/r|M1|NULL|T2|0|50000|NULL",
		"a|s3/a|M1|NULL|T2|40000|50000|NULL", "r|s3/r|M1|NULL|T2|50000|50000|NULL",
		"a|s4/a|M1|NULL|T2|40000|50000|NULL", "r|s4/r|M1|NULL|T2|NULL|NULL|not_applicable",
		"a|s5/a|NULL|other_department|NULL|40000|50000|NULL", "a|s6/a|NULL|leaver|NULL|40000|50000|NULL")
	// Tagged attitude are s1/a, and s1/c, which does not count.
	want(t, r, "m_l1_attitude", append([]string{"category"}, judged...), "a|s1/a|M1|NULL|T1|80000|100000|NULL",
		"c|s1/c|M1|NULL|T1|NULL|NULL|not_applicable")
	want(t, r, "m_l1_shopper where excluded_reason is null group by category", []string{"category", "sum(num)", "sum(den)"},
		"X|105000|150000", "Y|210000|350000")
}

func TestL2(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": twoManagers,
		"audit_samples": `sample_id, manager_id, drawn_on, stratum, stratum_size, targeted, passed, second_passed
			p1, M1, 2026-10-12, complaint-2, 60, false, true, true
			p2, M1, 2026-10-15, complaint-2, 60, , false, true
			p3, M1, 2026-10-12, complaint-2, 60, true, false, false
			p4, M1, 2026-10-12, complaint-2, 60, false, ,
			p5, M1, 2026-10-12, , 60, false, true,
			p6, M1, 2026-10-12, fault-1, , false, true,
			p7, M2, 2026-10-20, fault-1, 40, false, true, false
			p8, M2, 2026-10-21, fault-1, 40, false, true,
			p9, M2, 2026-11-02, fault-1, 40, false, true,`,
	}, "m_l2", "m_l2_kappa")
	// p3 was drawn on purpose, p4 is not judged, p5 and p6 have no stratum or size, p8 is of after M2's last day, p9 of later.
	want(t, r, "m_l2", append([]string{"category", "value"}, judged...),
		"complaint-2|60|p1|M1|NULL|T1|1|1|NULL", "complaint-2|60|p2|M1|NULL|T2|0|1|NULL",
		"complaint-2|NULL|p3|M1|NULL|T1|NULL|NULL|targeted", "complaint-2|NULL|p4|M1|NULL|T1|NULL|NULL|not_scored_yet",
		"NULL|NULL|p5|M1|NULL|T1|NULL|NULL|stratum_unset", "fault-1|NULL|p6|M1|NULL|T1|NULL|NULL|stratum_unset",
		"fault-1|40|p7|M2|NULL|T1|1|1|NULL", "fault-1|40|p8|NULL|leaver|NULL|1|1|NULL")
	// Twice passed is 3, failed and then passed 1, passed and then failed 2.
	want(t, r, "m_l2_kappa where excluded_reason is null or excluded_reason = 'no_second_score'", []string{"subject_id", "num", "den", "value", "excluded_reason"},
		"p1|1|1|3|NULL", "p2|0|1|1|NULL", "p7|0|1|2|NULL", "p8|NULL|NULL|NULL|no_second_score")
}

// TestL2_secondSheet: what the second scorer's own sheet says stands over the sample's; the same person twice is no second opinion.
func TestL2_secondSheet(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": twoManagers,
		"audit_samples": `sample_id, manager_id, drawn_on, stratum, stratum_size, passed, scorer, second_passed
			p1, M1, 2026-10-12, a, 60, true, X,
			p2, M1, 2026-10-12, a, 60, true, X, false
			p3, M1, 2026-10-12, a, 60, false, X,
			p4, M1, 2026-10-12, a, 60, true, , false
			p5, M1, 2026-10-12, a, 60, true, X, true
			p6, M1, 2026-10-12, a, 60, true, X,
			p7, M1, 2026-10-12, a, 60, , X,`,
		"audit_rescores": `sample_id, passed, scorer
			p1, false, Y
			p2, true, Y
			p3, false, X
			p4, , Y
			p9, true, Y`,
		"audit_checks": `sample_id, scorer, item, ok
			p1, X, a, false
			p1, Y, a, false
			p2, Y, b, false
			p3, X, a, false
			p4, Z, a, false
			p5, X, a, true`,
	}, "m_l2_kappa", "m_l2_second", "audit_items")
	// p3's first scorer judged it again. p4's second scorer left it open: the sample's own column holds. p9 was never drawn.
	want(t, r, "m_l2_kappa", []string{"subject_id", "num", "den", "value", "excluded_reason"},
		"p1|0|1|2|NULL", "p2|1|1|3|NULL", "p3|NULL|NULL|NULL|same_scorer", "p4|0|1|2|NULL", "p5|1|1|3|NULL",
		"p6|NULL|NULL|NULL|no_second_score", "p7|NULL|NULL|NULL|not_scored_yet")
	want(t, r, "m_l2_second", []string{"subject_id", "num", "den", "excluded_reason"}, "p1|1|1|NULL", "p2|1|1|NULL", "p3|0|1|NULL", "p4|1|1|NULL", "p5|1|1|NULL",
		"p6|0|1|NULL", "p7|NULL|NULL|not_scored_yet")
	// X passed p1 and Y passed p2 although an item was not met. Y failed p1, X failed p3, and Z judged nothing.
	i := slices.IndexFunc(r.Transform.Checks, func(c transform.CheckReport) bool { return c.Name == "audit_items" })
	if c := r.Transform.Checks[i]; c.BadRows != 2 || !strings.Contains(strings.Join(c.Samples, "\n"), "p1") || c.Blocking {
		t.Errorf("%+v", c)
	}
}

func TestL3(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers":  twoManagers,
		"org_units": "unit_id, name\nU1, 营业厅",
		"findings": `finding_id, owner_id, raised_on, due_on, fixed_on, verified_on, verified_by
			f1, M1, 2026-10-01, 2026-10-15, 2026-10-10, 2026-10-15, B1
			f2, M1, 2026-10-01, 2026-10-15, 2026-10-15, 2026-10-16, B1
			f3, M1, 2026-10-01, 2026-10-15, 2026-10-10, 2026-10-12, M1
			f4, M1, 2026-10-01, 2026-10-15, 2026-10-10, 2026-10-12,
			f5, M2, 2026-10-01, 2026-10-31, , ,
			f6, M1, 2026-10-01, 2026-11-01, 2026-10-10, 2026-10-12, B1
			f7, M1, 2026-10-01, , 2026-10-10, 2026-10-12, B1
			f8, U1, 2026-10-01, 2026-10-15, 2026-10-10, 2026-10-12, B1`,
	}, "m_l3")
	// f1 is verified on the last day, f2 a day later; f3 by the owner himself, f4 by nobody. f5 fell due after M2's last day; f6's
	// day is not over at 11-01 00:00. f7 has no due day and stands on the day it was raised.
	want(t, r, "m_l3", append([]string{"anchor_on"}, judged...),
		"2026-10-15|f1|M1|NULL|T2|1|1|NULL", "2026-10-15|f2|M1|NULL|T2|0|1|NULL", "2026-10-15|f3|M1|NULL|T2|0|1|NULL",
		"2026-10-15|f4|M1|NULL|T2|0|1|NULL", "2026-10-31|f5|NULL|leaver|NULL|0|1|NULL",
		"2026-10-01|f7|M1|NULL|T1|NULL|NULL|no_due_day", "2026-10-15|f8|NULL|other_department|NULL|1|1|NULL")
}

func TestL4(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"managers": twoManagers,
		"breaches": `breach_id, manager_id, kind, reported_on, heard_on, confirmed_on, confirmed_by
			x1, M1, 泄密, 2026-10-01, 2026-10-12, 2026-10-12, B1
			x2, M1, 泄密, 2026-10-01, 2026-10-13, 2026-10-12, B1
			x3, M1, 虚假走访, 2026-10-01, , 2026-10-12, B1
			x4, M1, 虚假走访, 2026-10-01, 2026-10-12, 2026-10-12,
			x5, M1, 虚假走访, 2026-10-01, 2026-10-12, 2026-11-02, B1
			x6, M2, 泄密, 2026-10-01, 2026-10-02, 2026-10-21, B1`,
	}, "m_l4")
	// x1 was heard on the day of the confirmation, x2 a day after it, x3 never; x4 was confirmed by nobody, x5 after the business
	// day: they stand on the day of the hearing. x6 was confirmed after M2's last day.
	want(t, r, "m_l4", append([]string{"anchor_on"}, judged...),
		"2026-10-12|x1|M1|NULL|T1|1|1|NULL", "2026-10-12|x2|M1|NULL|T1|NULL|NULL|not_heard",
		"2026-10-12|x3|M1|NULL|T1|NULL|NULL|not_heard", "2026-10-12|x4|M1|NULL|T1|NULL|NULL|not_confirmed",
		"2026-10-12|x5|M1|NULL|T1|NULL|NULL|not_confirmed", "2026-10-21|x6|NULL|leaver|NULL|1|1|NULL")
}
