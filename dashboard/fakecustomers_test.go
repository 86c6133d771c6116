package dashboard

import (
	"context"
	"slices"
	"time"

	"github.com/kamlens/kamlens/internal/kpi"
)

// CustomerSigns plants four customers: one that asked to cancel, one at rest, one that nothing is known of, and one that is gone.
func (d *fakeDoor) CustomerSigns(_ context.Context, s kpi.Scope, q kpi.CustomerQuestion) (list []kpi.CustomerSigns, _ error) {
	all := []kpi.CustomerSigns{
		{CustomerID: "K1", Name: "华东科技", ManagerID: "M001", ManagerName: "张伟", Team: "一班", Region: "城东", Type: "enterprise", Tier: ptr(int64(1)), Active: true,
			CameOn: "2020-01-01", TenureDays: ptr(int64(365)), BaseFen: ptr(int64(30000000)), Months: ptr(int64(3)), NowFen: ptr(int64(30000000)), BeforeFen: ptr(int64(40000000)),
			Complaints: ptr(int64(2)), Answers: ptr(int64(1)), AnswerPoints: ptr(int64(9450)), OverdueDays: ptr(int64(31)), OpenFen: ptr(int64(5000)),
			OverdueFen: ptr(int64(5000)), OpenCases: ptr(int64(1)), CancelRequests: ptr(int64(1)), RequestedOn: "2026-10-25", LastVisitOn: "2026-08-01"},
		{CustomerID: "K/2 ?", Name: "<b>西城</b>", ManagerID: "M002", ManagerName: "李娜", Tier: ptr(int64(2)), Active: true, OverdueDays: ptr(int64(0)), CancelRequests: ptr(int64(0)),
			BaseFen: ptr(int64(300)), Months: ptr(int64(3)), TenureDays: ptr(int64(10)), Complaints: ptr(int64(0))},
		{CustomerID: "K3", Active: true},
		{CustomerID: "K4", Name: "旧客户", MergedInto: "K1"},
	}
	for _, c := range all {
		mine := s.All || slices.Contains(s.Managers, c.ManagerID)
		if mine && (q.Customer == c.CustomerID || q.Customer == "" && c.Active) {
			list = append(list, c)
		}
	}
	return list, nil
}

func (d *fakeDoor) Survival(context.Context) (map[string]kpi.Survival, error) {
	return map[string]kpi.Survival{"1": kpi.NewSurvival([]kpi.CurvePoint{{T: 45, AtRisk: 10, Lost: 2}}, 2000, 40)}, nil
}

// RuleLines: health by complaints and arrears, risk by requests and arrears, value by volume.
func (d *fakeDoor) RuleLines(context.Context, kpi.Scope, kpi.Period) ([]kpi.RuleLine, error) {
	table := func(section, name string, items ...any) (list []kpi.RuleLine) {
		for i := 0; i < len(items); i += 2 {
			list = append(list, kpi.RuleLine{Section: section, Name: name, Item: items[i].(string), Value: int64(items[i+1].(int))})
		}
		return list
	}
	return slices.Concat(
		table("weights", "health", "satisfaction", 40, "complaints", 30, "arrears", 30), table("break_points", "health_satisfaction", "0", 0, "100", 100),
		table("break_points", "health_complaints", "0", 100, "3", 0), table("break_points", "health_arrears", "0", 100, "90", 0),
		table("weights", "risk", "cancel_request", 60, "arrears", 30, "ending", 10), table("cut_points", "risk", "high", 60, "medium", 30),
		table("weights", "value", "volume", 100), table("break_points", "value_volume", "0", 0, "10000000", 100), table("cut_points", "value", "high", 80, "medium", 40),
		table("params", "health_min_weight", "", 50), table("params", "value_discount", "", 8), table("params", "risk_arrears_days", "", 30), table("params", "risk_ends_days", "", 60),
	), nil
}

func (d *fakeDoor) BusinessDay() kpi.Period {
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	return kpi.Period{Start: day, End: day.AddDate(0, 0, 1)}
}

func (d *fakeDoor) CustomerEvents(_ context.Context, _ kpi.Scope, q kpi.EventQuestion) (list []kpi.CustomerEvent, _ error) {
	for _, e := range []kpi.CustomerEvent{
		{On: "2026-10-25", What: "cancel", Subject: "Q1", State: "open"},
		{On: "2026-10-09", What: "case", Subject: "C1", Kind: "complaint", Before: "urgent", State: "late", Due: "2026-10-11"},
		{On: "2026-10-05", What: "bill", Subject: "B1", Kind: "normal", State: "late", Fen: ptr(int64(5000)), Due: "2026-10-10"},
		{On: "2026-09-01", What: "survey", Subject: "V1", Kind: "csat", Score: "4/5"},
		{On: "2026-08-01", What: "visit", Subject: "W1", Kind: "onsite"},
		{On: "2026-07-01", What: "tier", State: "1", Before: "2"},
		{On: "2026-06-01", What: "owner", State: "M001 张伟"},
	} {
		if (len(q.What) == 0 || slices.Contains(q.What, e.What)) && len(list) < q.Limit {
			list = append(list, e)
		}
	}
	return list, nil
}
