package transform_test

import (
	"testing"

	"github.com/kamlens/kamlens/transform/modeltest"
)

// survivalWorld has a first event on 2026-01-01 and bills of every month from January to October but for those left out.
func survivalWorld() modeltest.Given {
	g := modeltest.Given{
		"managers": "manager_id, name\nM1, 甲\nM2, 乙",
		"customers": `customer_id, name, first_active_on, status, ended_on, merged_into, merged_at, split_from
			A, a, 2025-01-01, , , , ,
			B, b, 2026-02-01, , , , ,
			C, c, 2025-01-01, , , , ,
			D, d, 2025-01-01, , , A, 2026-10-10 09:00:00,
			E, e, 2025-01-01, moved_out, 2026-10-15, , ,
			F, f, 2026-10-05, , , , , A
			G, g, 2025-01-01, , , , ,`,
		"assignments": `customer_id, manager_id, valid_from, valid_to
			A, M1, 2020-01-01,
			B, M1, 2020-01-01, 2026-10-20
			B, M2, 2026-10-21,
			C, M1, 2020-01-01,
			D, M1, 2020-01-01,
			E, M1, 2020-01-01,
			F, M1, 2020-01-01,
			G, M1, 2020-01-01,`,
		"services": `service_id, customer_id, product, started_on, ended_on
			A1, A, 专线, 2025-01-01,
			B1, B, 专线, 2026-02-01, 2026-10-31
			C1, C, 专线, 2025-01-01,
			D1, D, 专线, 2025-01-01,
			E1, E, 专线, 2025-01-01,
			F1, F, 专线, 2026-10-05,
			G1, G, 专线, 2025-01-01, 2026-03-10
			G2, G, 专线, 2026-06-01,`,
		"cases": "case_id, customer_id, kind, created_at\nK0, Z, consult, 2026-01-01 08:00:00",
		"bills": "bill_id, customer_id, account_month, issued_on, due_on, amount_fen",
	}
	for _, id := range []string{"A", "B", "C", "D", "E", "G"} {
		for _, m := range []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10"} {
			if id == "C" && m > "07" {
				continue // three months without revenue, August to October
			}
			g["bills"] += "\n" + id + m + ", " + id + ", 2026" + m + ", 2026-" + m + "-27, 2026-" + m + "-28, 100"
		}
	}
	return g
}

func TestG4_survival(t *testing.T) {
	r := modeltest.Run(t, survivalWorld(), "m_g4_survival", "m_g4")
	columns := []string{"subject_id", "manager_id", "entry_days", "value", "num", "den", "excluded_reason"}
	// What is loaded begins on 2026-01-01. A came on 2025-01-01, so it is observed from day 365 on, and is there when 10-31
	// ends, day 669 (365 + 304). B came on 02-01 and is gone from 11-01, day 273 (334 - 61 = 273): lost, M2's by then. C's
	// first month without revenue begins on 08-01, day 577 (365 + 212), recognised when October closes. D was merged on
	// 10-10, day 647 (365 + 282): out of sight. E moved out, F was split off. G left on 03-10, gone from 03-11, day 434
	// (365 + 69), came back on 06-01, day 516 (365 + 151), and is there.
	want(t, r, "m_g4_survival where anchor_on = date '2026-10-31'", columns,
		"A/2025-01-01|M1|365|669|0|1|NULL", "B/2026-02-01|M2|0|273|1|1|NULL", "C/2025-01-01|M1|365|577|1|1|NULL",
		"D/2025-01-01|M1|365|647|0|1|NULL", "E/2025-01-01|M1|365|NULL|NULL|NULL|moved_out", "F/2026-10-05|M1|0|NULL|NULL|NULL|split",
		"G/2025-01-01|M1|365|434|1|1|NULL", "G/2026-06-01|M1|516|669|0|1|NULL")
	// A month earlier C was not known to be lost, nor B: both are there when 09-30 ends, days 638 and 242.
	want(t, r, "m_g4_survival where anchor_on = date '2026-09-30' and customer_id in ('B', 'C')", columns,
		"B/2026-02-01|M1|0|242|0|1|NULL", "C/2025-01-01|M1|365|638|0|1|NULL")
	// Nobody was observed before the data begin.
	want(t, r, "m_g4_survival", []string{"min(anchor_on)"}, "2026-01-31")
	// The rate is the complement of retention: October's list is A to E and G; B and C are lost, D is kept by its survivor.
	want(t, r, "m_g4 where period_kind = 'month' and anchor_on = date '2026-10-01' and customer_id in ('A', 'C', 'E', 'G')", verdict,
		"A|M1|NULL|0|31|NULL", "C|M1|NULL|31|31|NULL", "E|M1|NULL|NULL|NULL|moved_out", "G|M1|NULL|0|31|NULL")
	want(t, r, "m_g4 where period_kind = 'month' and anchor_on = date '2026-10-01' and customer_id in ('B', 'D')", []string{"customer_id", "num = den"},
		"B|true", "B|true", "D|false")
	r = modeltest.Setup{Rules: "version: t\n"}.Run(t, survivalWorld(), "m_g4_survival")
	want(t, r, "m_g4_survival where anchor_on = date '2026-10-31' and customer_id = 'A'", columns, "A/2025-01-01|M1|365|NULL|NULL|NULL|rule_unset")
}
