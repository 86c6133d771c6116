package customers

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/rules"
	"github.com/kamlens/kamlens/internal/text"
)

func ptr[T any](v T) *T { return &v }

// lines are rules: "section name item value" each.
func lines(t *testing.T, list ...string) []kpi.RuleLine {
	t.Helper()
	var out []kpi.RuleLine
	for _, l := range list {
		f := strings.Fields(l)
		value := int64(0)
		for _, digit := range f[3] {
			value = value*10 + int64(digit-'0')
		}
		out = append(out, kpi.RuleLine{Section: f[0], Name: f[1], Item: strings.Trim(f[2], "-"), Value: value})
	}
	return out
}

// TestScore_published: (83·7 + 71·5 + 78·8 + 54·3) / 23 = 1722 / 23 = 74.87, Natero's published example.
func TestScore_published(t *testing.T) {
	rule := []string{"params health_min_weight - 0"}
	for measure, weight := range map[string]string{"a": "7", "b": "5", "c": "8", "d": "3"} {
		rule = append(rule, "weights x "+measure+" "+weight, "break_points x_"+measure+" 0 0", "break_points x_"+measure+" 100 100")
	}
	s := policyOf(lines(t, rule...)).score("x", map[string]*float64{"a": ptr(83.0), "b": ptr(71.0), "c": ptr(78.0), "d": ptr(54.0)})
	if s.Points == nil || math.Abs(*s.Points-1722.0/23) > 1e-9 {
		t.Errorf("score %v, want 74.87", s.Points)
	}
}

// healthRules: three measures; straight lines between break points.
func healthRules(t *testing.T) policy {
	t.Helper()
	return policyOf(lines(t, "weights health satisfaction 50", "weights health arrears 30", "weights health complaints 20", "params health_min_weight - 60",
		"break_points health_satisfaction 0 0", "break_points health_satisfaction 100 100", "break_points health_arrears 0 100",
		"break_points health_arrears 30 60", "break_points health_arrears 90 0", "break_points health_complaints 0 100", "break_points health_complaints 2 0"))
}

// A customer who answered 8 of 10 twice (satisfaction (9450 + 6300) / 2 / 126 = 62.5 points) and is 60 days overdue (30 points: half-way
// from 60 to 0) without a complaint known: (50 × 62.5 + 30 × 30) / 80 = 4025 / 80 = 50.3125. What pulls it down: satisfaction
// 50 × 37.5 / 80 = 23.4375, arrears 30 × 70 / 80 = 26.25; together 49.6875 = 100 - 50.3125.
func TestHealth(t *testing.T) {
	c := kpi.CustomerSigns{Answers: ptr(int64(2)), AnswerPoints: ptr(int64(9450 + 6300)), OverdueDays: ptr(int64(60))}
	s := healthRules(t).score(rules.Health, healthValues(c))
	if s.Points == nil || *s.Points != 50.3125 || s.Known != 80 || s.Inputs != 2 || s.Of != 3 {
		t.Fatalf("health %+v", s)
	}
	got := []string{}
	for _, part := range s.Reasons() {
		got = append(got, part.Words(text.ZH))
	}
	want := []string{"最长逾期 60 天（-26.2 分）", "满意度指数 62.5（-23.4 分）"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Of 100 points of weight 60 are needed: 50 is too little, and arrears with it (80) enough. Nothing known at all is no score either, and
// a part that is at its best pulls nothing.
func TestHealth_small(t *testing.T) {
	p := healthRules(t)
	c := kpi.CustomerSigns{Answers: ptr(int64(1)), AnswerPoints: ptr(int64(12600))}
	if s := p.score(rules.Health, healthValues(c)); s.Points != nil || s.Known != 50 || s.Words(text.EN) != "too little known (1 of 3 inputs, weight 50 %)" {
		t.Errorf("50 of 100 known: %+v %q", s, s.Words(text.EN))
	}
	c.OverdueDays = ptr(int64(0))
	if s := p.score(rules.Health, healthValues(c)); s.Points == nil || *s.Points != 100 || len(s.Reasons()) != 0 {
		t.Errorf("80 of 100 known: %+v", s)
	}
	if s := p.score(rules.Health, healthValues(kpi.CustomerSigns{Answers: ptr(int64(0)), AnswerPoints: ptr(int64(0))})); s.Points != nil || s.Inputs != 0 {
		t.Errorf("nothing known: %+v", s)
	}
}

// The measures themselves: 3 of 4 deadlines met are 750 per mille, 54 of 45 days 1200, revenue 900 of 1200 750; shares of nothing are not
// known, and neither is growth over nothing.
func TestHealthValues(t *testing.T) {
	c := kpi.CustomerSigns{MetCases: ptr(int64(3)), DueCases: ptr(int64(4)), GapDays: ptr(int64(54)), MaxGapDays: ptr(int64(45)), NowFen: ptr(int64(900)), BeforeFen: ptr(int64(1200))}
	v := healthValues(c)
	for measure, want := range map[string]float64{"on_time": 750, "visit_gap": 1200, "revenue": 750} {
		if v[measure] == nil || *v[measure] != want {
			t.Errorf("%s: %v, want %v", measure, v[measure], want)
		}
	}
	c.DueCases, c.BeforeFen = ptr(int64(0)), ptr(int64(0))
	if v := healthValues(c); v["on_time"] != nil || v["revenue"] != nil || v["complaints"] != nil {
		t.Errorf("of nothing: %v", v)
	}
}

// curve: of 10 customers 2 are lost on day 45 and one of 8 on day 400; nobody was observed after day 500. S: 1, 0.8 from 45, 0.7 from 400.
func curve() map[string]kpi.Survival {
	return map[string]kpi.Survival{"1": kpi.NewSurvival([]kpi.CurvePoint{{T: 45, AtRisk: 10, Lost: 2}, {T: 400, AtRisk: 8, Lost: 1}}, 500, 40)}
}

// Months end after 30, 60, 91, 121, 152, 182, 213, 243, 273, 304, 334, 365, 395, 426, 456 and 487 days; the 17th, after 517, is beyond the
// curve. Of a new customer: 1 + 12 × 0.8 (60 to 395) + 3 × 0.7 = 12.7 months of 3000 / 3 = 1000 fen: 12700 over 16 months.
// Of one of 365 days, of whom S(365) = 0.8 are left: 395 is still 0.8/0.8, 425, 456 and 486 are 0.7/0.8: 1 + 3 × 0.875 = 3.625: 3625 over 4.
func TestValue(t *testing.T) {
	p := policyOf(lines(t, "params value_discount - 0"))
	c := kpi.CustomerSigns{Tier: ptr(int64(1)), BaseFen: ptr(int64(3000)), Months: ptr(int64(3)), TenureDays: ptr(int64(0))}
	for tenure, want := range map[int64]Value{0: {Fen: ptr(int64(12700)), Months: 16}, 365: {Fen: ptr(int64(3625)), Months: 4}, 480: {Why: BeyondCurve}, 501: {Why: BeyondCurve}} {
		c.TenureDays = &tenure
		want.MonthlyFen = ptr(1000.0)
		if diff := cmp.Diff(want, p.value(c, curve())); diff != "" {
			t.Errorf("after %d days (-want +got):\n%s", tenure, diff)
		}
	}
}

// Discounted by 100 % a year a revenue of 1000 that nobody loses is Σ 1000·q^t with q = 2^(-1/12), over 12 months
// 1000·q·(1 - q^12)/(1 - q) = 1000·q/2/(1 - q). The curve ends on day 365, with the 12th month.
func TestValue_discount(t *testing.T) {
	p := policyOf(lines(t, "params value_discount - 100"))
	flat := map[string]kpi.Survival{"": kpi.NewSurvival(nil, 365, 40)}
	c := kpi.CustomerSigns{BaseFen: ptr(int64(2000)), Months: ptr(int64(2)), TenureDays: ptr(int64(0))}
	q := math.Pow(2, -1.0/12)
	want := int64(math.Round(1000 * q / 2 / (1 - q)))
	if got := p.value(c, flat); got.Fen == nil || *got.Fen != want || got.Months != 12 {
		t.Errorf("%+v, want %d over 12 months", got, want)
	}
	flat[""] = kpi.NewSurvival(nil, 9999, 40)
	if got := p.value(c, flat); got.Months != 36 {
		t.Errorf("%d months, want no more than 36", got.Months)
	}
}

// Each thing that is missing says so, and none makes a 0.
func TestValue_missing(t *testing.T) {
	whole := kpi.CustomerSigns{Tier: ptr(int64(1)), BaseFen: ptr(int64(3000)), Months: ptr(int64(3)), TenureDays: ptr(int64(0))}
	p := policyOf(lines(t, "params value_discount - 0"))
	for why, change := range map[string]func(c *kpi.CustomerSigns){
		NoRevenue: func(c *kpi.CustomerSigns) { c.Months = ptr(int64(0)) }, NoTenure: func(c *kpi.CustomerSigns) { c.TenureDays = nil },
		NoCurve: func(c *kpi.CustomerSigns) { c.Tier = ptr(int64(2)) },
	} {
		c := whole
		change(&c)
		if got := p.value(c, curve()); got.Why != why || got.Fen != nil {
			t.Errorf("%s: %+v", why, got)
		}
	}
	if got := policyOf(nil).value(whole, curve()); got.Why != Unset {
		t.Errorf("no discount: %+v", got)
	}
	small := curve()
	few := small["1"]
	few.Small = true
	if got := p.value(whole, map[string]kpi.Survival{"1": few}); got.Why != SmallCurve {
		t.Errorf("few: %+v", got)
	}
}

func riskRules(t *testing.T) policy {
	t.Helper()
	return policyOf(lines(t, "weights risk cancel_request 60", "weights risk health 30", "weights risk complaints 20", "weights risk arrears 20",
		"weights risk ending 20", "weights risk no_contact 10", "cut_points risk high 60", "cut_points risk medium 30",
		"params risk_health - 60", "params risk_complaints - 2", "params risk_arrears_days - 30", "params risk_ends_days - 60"))
}

// Each limit from both sides: health below 60, 2 complaints or more, more than 30 days overdue, at most 60 days to go, longer than the gap.
func TestRisk(t *testing.T) {
	calm := kpi.CustomerSigns{CancelRequests: ptr(int64(0)), Complaints: ptr(int64(1)), OverdueDays: ptr(int64(30)), Services: ptr(int64(1)),
		EndDays: ptr(int64(61)), GapDays: ptr(int64(45)), MaxGapDays: ptr(int64(45))}
	p := riskRules(t)
	type change = func(c *kpi.CustomerSigns, health *float64)
	for name, x := range map[string]struct {
		change change
		want   string
	}{
		"calm":        {func(*kpi.CustomerSigns, *float64) {}, "低 0 "},
		"request":     {func(c *kpi.CustomerSigns, _ *float64) { c.CancelRequests, c.RequestedOn = ptr(int64(1)), "2026-10-25" }, "高 60 1 份销户申请未决（2026-10-25）"},
		"ill":         {func(_ *kpi.CustomerSigns, h *float64) { *h = 59.9 }, "中 30 健康度 59.9"},
		"complaints":  {func(c *kpi.CustomerSigns, _ *float64) { c.Complaints = ptr(int64(2)) }, "低 20 投诉 2 次"},
		"arrears":     {func(c *kpi.CustomerSigns, _ *float64) { c.OverdueDays = ptr(int64(31)) }, "低 20 欠费逾期 31 天"},
		"ending":      {func(c *kpi.CustomerSigns, _ *float64) { c.EndDays, c.NextEndOn = ptr(int64(60)), "2026-12-31" }, "低 20 业务 60 天后到期（2026-12-31）"},
		"never ends":  {func(c *kpi.CustomerSigns, _ *float64) { c.EndDays = nil }, "低 0 "},
		"not visited": {func(c *kpi.CustomerSigns, _ *float64) { c.GapDays = ptr(int64(46)) }, "低 10 46 天未走访"},
		"three": {func(c *kpi.CustomerSigns, _ *float64) {
			c.GapDays, c.OverdueDays, c.Complaints = ptr(int64(46)), ptr(int64(31)), ptr(int64(2))
		}, "中 50 欠费逾期 31 天、投诉 2 次、46 天未走访"},
	} {
		c, health := calm, 60.0
		x.change(&c, &health)
		r := p.risk(c, Score{Points: &health})
		if got := r.Grade.Name(text.ZH) + " " + kpi.FormatCount(r.Points) + " " + r.Words(text.ZH); got != x.want || len(r.Unknown) > 0 {
			t.Errorf("%s: %q (not known %v), want %q", name, got, r.Unknown, x.want)
		}
	}
}

// What is not known is no reason and is named; where nothing is known there is no grade, and neither without cut points.
func TestRisk_unknown(t *testing.T) {
	p := riskRules(t)
	if r := p.risk(kpi.CustomerSigns{}, Score{}); r.Grade != Unknown || len(r.Unknown) != 6 {
		t.Errorf("nothing known: %+v", r)
	}
	r := p.risk(kpi.CustomerSigns{CancelRequests: ptr(int64(0))}, Score{})
	if r.Grade != Low || !slices.Contains(r.Unknown, "ending") || r.UnknownWords(text.EN) != "not known: health; complaints; arrears; services that end; no visit for long" {
		t.Errorf("one known: %+v %q", r, r.UnknownWords(text.EN))
	}
	p.cuts = nil
	if r := p.risk(kpi.CustomerSigns{CancelRequests: ptr(int64(1))}, Score{}); r.Grade != Unknown || r.Points != 60 {
		t.Errorf("without cut points: %+v", r)
	}
}

// door plants what the door answers.
type door struct {
	lines []kpi.RuleLine
	signs []kpi.CustomerSigns
}

func (d door) CustomerSigns(_ context.Context, _ kpi.Scope, q kpi.CustomerQuestion) (list []kpi.CustomerSigns, _ error) {
	for _, c := range d.signs {
		if q.Customer == "" || q.Customer == c.CustomerID {
			list = append(list, c)
		}
	}
	return list, nil
}
func (d door) Survival(context.Context) (map[string]kpi.Survival, error) { return curve(), nil }
func (d door) RuleLines(context.Context, kpi.Scope, kpi.Period) ([]kpi.RuleLine, error) {
	return d.lines, nil
}
func (d door) BusinessDay() kpi.Period {
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	return kpi.Period{Start: day, End: day.AddDate(0, 0, 1)}
}
func (d door) Stamp() kpi.Stamp { return kpi.Stamp{Snapshot: "s"} }

// judged is a company of three: K1 spends 100000 fen a month and asked to cancel, K2 spends 1000 and is 31 days overdue, of K3 nothing is
// known. Value by volume alone: 100000 is 100 points, high; 1000 is 1 point, low.
func judged(t *testing.T, q Question) Report {
	t.Helper()
	d := door{lines: lines(t, "weights risk cancel_request 60", "weights risk arrears 30", "cut_points risk high 60", "cut_points risk medium 30", "params risk_arrears_days - 30",
		"weights value volume 100", "break_points value_volume 0 0", "break_points value_volume 100000 100", "cut_points value high 80", "cut_points value medium 40",
		"params health_min_weight - 50", "params value_discount - 0"),
		signs: []kpi.CustomerSigns{
			{CustomerID: "K1", Active: true, Tier: ptr(int64(1)), TenureDays: ptr(int64(0)), BaseFen: ptr(int64(300000)), Months: ptr(int64(3)), CancelRequests: ptr(int64(1)), OverdueDays: ptr(int64(0))},
			{CustomerID: "K2", Active: true, Tier: ptr(int64(1)), TenureDays: ptr(int64(365)), BaseFen: ptr(int64(1000)), Months: ptr(int64(1)), CancelRequests: ptr(int64(0)), OverdueDays: ptr(int64(31))},
			{CustomerID: "K3", Active: true},
		}}
	r, err := Judge(context.Background(), d, q)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestJudge_matrixAndOrder(t *testing.T) {
	ids := func(r Report) (list []string) {
		for _, c := range r.Customers {
			list = append(list, c.CustomerID)
		}
		return list
	}
	r := judged(t, Question{})
	counts := map[[2]Grade][2]int64{}
	for _, cell := range r.Matrix {
		if cell.Customers > 0 {
			counts[[2]Grade{cell.Value, cell.Risk}] = [2]int64{int64(cell.Customers), cell.MonthlyFen}
		}
	}
	if diff := cmp.Diff(map[[2]Grade][2]int64{{High, High}: {1, 100000}, {Low, Medium}: {1, 1000}, {Unknown, Unknown}: {1, 0}}, counts); diff != "" {
		t.Errorf("matrix (-want +got):\n%s", diff)
	}
	if len(r.Matrix) != 16 {
		t.Errorf("%d cells, want all 16", len(r.Matrix))
	}
	if diff := cmp.Diff([]string{"K1", "K2", "K3"}, ids(r)); diff != "" {
		t.Errorf("by risk (-want +got):\n%s", diff)
	}
	medium := judged(t, Question{Sort: ByValue, Keep: func(c Customer) bool { return c.Risk.Grade == Medium }})
	if diff := cmp.Diff([]string{"K2"}, ids(medium)); diff != "" || medium.Matrix[0].Customers != 1 {
		t.Errorf("medium only (-want +got):\n%s%+v: the matrix counts all", diff, medium.Matrix[0])
	}
	if got := r.UnsetWords(text.ZH); !strings.Contains(got, "健康度回看投诉与时限的天数、健康度回看答卷的天数") || !strings.Contains(got, "、客户健康度") {
		t.Errorf("unset: %q", got)
	}
}

func TestJudge_refuses(t *testing.T) {
	for q, key := range map[*Question]string{{Sort: "name"}: "customers.sort", {Customer: "K9"}: "customers.none"} {
		_, err := Judge(context.Background(), door{}, *q)
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.Key != key {
			t.Errorf("%+v: %v, want %s", q, err, key)
		}
	}
}

// TestTextOf: every kind of event has its words in both languages, and what asks for somebody is marked.
func TestTextOf(t *testing.T) {
	for _, x := range []struct {
		event  kpi.CustomerEvent
		zh, en string
		alarm  bool
	}{
		{kpi.CustomerEvent{What: "visit", Kind: "onsite"}, "走访 上门 ", "visit on site ", false},
		{kpi.CustomerEvent{What: "visit", Kind: "phone", State: "phone"}, "走访 电话 电话，不是走访", "visit by phone A call, not a visit", false},
		{kpi.CustomerEvent{What: "visit", Kind: "onsite", State: "two_places"}, "走访 上门 同一时间在两处", "visit on site In two places at once", false},
		{kpi.CustomerEvent{What: "case", Kind: "complaint", Before: "urgent", State: "late"}, "工单 投诉 紧急 超期未结", "case Complaint Urgent open past its deadline", true},
		{kpi.CustomerEvent{What: "survey", Kind: "csat", Score: "4/5"}, "答卷 满意度 4/5 ", "answer satisfaction 4/5 ", false},
		{kpi.CustomerEvent{What: "bill", Kind: "normal", Fen: ptr(int64(1230)), State: "done"}, "账单 正常 12.30 元 已缴清", "bill normal 12.30 yuan paid", false},
		{kpi.CustomerEvent{What: "tier", Before: "2", State: "1"}, "级别 二级 → 一级 ", "tier Tier 2 → Tier 1 ", false},
		{kpi.CustomerEvent{What: "owner", Before: "M1"}, "归属 M1 → 未分配 ", "owner M1 → Unassigned ", false},
		{kpi.CustomerEvent{What: "cancel", State: "open"}, "销户申请  未决", "request to cancel  not decided", true},
	} {
		for l, want := range map[text.Lang]string{text.ZH: x.zh, text.EN: x.en} {
			e := TextOf(l, x.event)
			if got := e.What + " " + e.Detail + " " + e.State; got != want || e.Alarm != x.alarm {
				t.Errorf("%q %v, want %q", got, e.Alarm, want)
			}
		}
	}
}
