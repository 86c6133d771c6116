package modeltest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/transform/modeltest"
)

func TestRun_goTables(t *testing.T) {
	r := modeltest.Run(t, modeltest.Given{
		"cases": `case_id, customer_id, kind, created_at
		          K1, C1, complaint, 2026-10-09 08:30:00`,
	}, "dim_customers")
	if diff := cmp.Diff([]string{"2026-11-01|2026-11-01|1793462400|Asia/Shanghai"},
		r.Rows("run_info", "as_of_on", "as_of", "as_of_s", "timezone")); diff != "" {
		t.Error(diff)
	}
	// 2026-10-09 is a Friday after the National Day week; 10-10 is worked in exchange.
	got := r.Query("select day, is_workday, work_no_next - work_no, close2_s - open1_s from calendar_days where day between date '2026-10-07' and date '2026-10-11' order by day")
	if diff := cmp.Diff([]string{
		"2026-10-07|false|1|0", "2026-10-08|true|0|34200", "2026-10-09|true|0|34200", "2026-10-10|true|0|34200", "2026-10-11|false|1|0",
	}, got); diff != "" {
		t.Error(diff)
	}
}
