package assess

import (
	"slices"
	"testing"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/kpi"
)

// rulesOf are the rules of the tests: A weighs 60 and is satisfaction, B weighs 40 and is quality, a breach R takes 5 points off
// and caps at C, M takes off 2 at its floor; 10 points are the most. Grades are from 90, 80 and 70.
func rulesOf() rulebook {
	return rulebook{
		{Section: "weights", Name: "scorecard", Item: "A", Value: 60}, {Section: "weights", Name: "scorecard", Item: "B", Value: 40},
		{Section: "weights", Name: "scorecard.chief", Item: "B", Value: 100},
		{Section: "mappings", Name: "dimension", Item: "A", Word: "satisfaction"}, {Section: "mappings", Name: "dimension", Item: "B", Word: "quality"},
		{Section: "mappings", Name: "grade_cap", Item: "R", Word: "C"}, {Section: "mappings", Name: "training", Item: "D", Word: "复训"},
		{Section: "curves", Name: "default", Item: "floor", Value: 0}, {Section: "curves", Name: "default", Item: "target", Value: 100},
		{Section: "curves", Name: "default", Item: "stretch", Value: 120},
		{Section: "grades", Name: "scorecard", Item: "A", Value: 90}, {Section: "grades", Name: "scorecard", Item: "B", Value: 80},
		{Section: "grades", Name: "scorecard", Item: "C", Value: 70}, {Section: "grades", Name: "scorecard", Item: "D", Value: 0},
		{Section: "coefficients", Name: "scorecard", Item: "A", Value: 130}, {Section: "coefficients", Name: "scorecard", Item: "C", Value: 90},
		{Section: "deductions", Name: "scorecard", Item: "R", Value: 5}, {Section: "deductions", Name: "scorecard", Item: "M", Value: 2},
		{Section: "params", Name: "assess_min_weight", Value: 60}, {Section: "params", Name: "assess_min_exposure", Value: 50},
		{Section: "params", Name: "assess_deduction_cap", Value: 10},
	}
}

// answer is what the door says of a manager, against floor .8, target .9 and stretch .95.
func answer(value, low, high float64) kpi.Adjusted {
	a := kpi.Answer{Value: &value, Low: &low, High: &high, N: 20, Status: kpi.OK, Floor: at(.8), Target: at(.9), Stretch: at(.95)}
	return kpi.Adjusted{Answer: a, AdjustedValue: &value}
}

func events(n float64) kpi.Adjusted {
	return kpi.Adjusted{Answer: kpi.Answer{Value: &n, N: int64(n), Status: kpi.OK}, AdjustedValue: &n}
}

// company is an assessment of October 2026 with one manager M1: A at 95 % is worth 120 points, B at 85 % 50.
func company(t *testing.T) assessment {
	t.Helper()
	p, err := calendar.ParsePeriod("2026-10")
	if err != nil {
		t.Fatal(err)
	}
	share := func(id string) kpi.Definition { return kpi.Definition{ID: id, Kind: "ratio", Direction: "up"} }
	of := func(def kpi.Definition, a kpi.Adjusted) *measured {
		return &measured{def: def, answers: map[string]kpi.Adjusted{"M1": a}}
	}
	return assessment{question: Question{Period: p}, over: true, book: rulesOf(), measures: map[string]*measured{
		"A": of(share("A"), answer(.95, .9, 1)), "B": of(share("B"), answer(.85, .82, .88)),
		"M": of(share("M"), answer(.9, .88, .92)), "R": of(kpi.Definition{ID: "R", Kind: "count", Direction: "down"}, events(0)),
	}}
}

func staff() kpi.Staff {
	return kpi.Staff{Member: kpi.Member{ID: "M1"}, Role: "manager", WorkDays: 18, PresentDays: 18}
}

// TestSheet: .6·120 + .4·50 = 92, an A. The ends of A's interval are worth 100 and 120 points, those of B's 20 and 80: below
// the total lie √((.6·20)² + (.4·30)²) = 16.9706, above it √(0 + 12²) = 12.
func TestSheet(t *testing.T) {
	s := company(t).sheet(staff())
	near(t, "total", *s.Total.Value, 92, 1e-9)
	near(t, "low", *s.Total.Low, 75.0294, .00005)
	near(t, "high", *s.Total.High, 104, 1e-9)
	if s.State != Scored || s.Grade != "A" || s.Coefficient == nil || *s.Coefficient != 130 || *s.Boundary != 90 || len(s.Reasons) > 0 || s.Training != "" {
		t.Errorf("state %s, grade %s, boundary %v, reasons %v; want scored, A near 90, none", s.State, s.Grade, *s.Boundary, s.Reasons)
	}
	near(t, "earned by B", *s.Lines[1].Earned, 20, 1e-9)
	if l := s.Lines[1]; l.Dimension != "quality" || l.Used != 40 || l.Shrunk != nil || l.Adjusted != nil {
		t.Errorf("B: %+v", l)
	}
}

// TestSheet_role: a role with a scorecard of its own is assessed by it, with the grades of everybody: B alone, 50 points, D,
// which has no coefficient.
func TestSheet_role(t *testing.T) {
	chief := staff()
	chief.Role = "chief"
	s := company(t).sheet(chief)
	if s.Scorecard != "scorecard.chief" || s.Grade != "D" || s.Coefficient != nil || s.Training != "复训" {
		t.Errorf("by %s, grade %s, coefficient %v, training %q", s.Scorecard, s.Grade, s.Coefficient, s.Training)
	}
	near(t, "total", *s.Total.Value, 50, 1e-9)
}

// TestSheet_gate: each case beside its neighbour on the other side.
func TestSheet_gate(t *testing.T) {
	set := func(name string, value int64) func(*assessment, *kpi.Staff) {
		return func(a *assessment, _ *kpi.Staff) {
			for i := range a.book {
				if a.book[i].Name == name || a.book[i].Item == name {
					a.book[i].Value = value
				}
			}
		}
	}
	status := func(id string, s kpi.Status) func(*assessment, *kpi.Staff) {
		return func(a *assessment, _ *kpi.Staff) {
			x := a.measures[id].answers["M1"]
			x.Status = s
			a.measures[id].answers["M1"] = x
		}
	}
	both := func(list ...func(*assessment, *kpi.Staff)) func(*assessment, *kpi.Staff) {
		return func(a *assessment, m *kpi.Staff) {
			for _, f := range list {
				f(a, m)
			}
		}
	}
	without := func(name string) func(*assessment, *kpi.Staff) {
		return func(a *assessment, _ *kpi.Staff) {
			a.book = slices.DeleteFunc(a.book, func(l kpi.RuleLine) bool { return l.Name == name || l.Section == name })
		}
	}
	for name, test := range map[string]struct {
		change func(*assessment, *kpi.Staff)
		want   State
		reason string
	}{
		"60 % of the weight":         {status("B", kpi.SmallSample), Scored, ""},
		"59 % of the weight":         {both(set("A", 59), set("B", 41), status("B", kpi.SmallSample)), Ungraded, "weight"},
		"no result at all":           {both(set("assess_min_weight", 0), status("A", kpi.NoData), status("B", kpi.NoData)), Ungraded, "weight"},
		"9 of 18 days":               {func(_ *assessment, m *kpi.Staff) { m.PresentDays = 9 }, Scored, ""},
		"8 of 18 days":               {func(_ *assessment, m *kpi.Staff) { m.PresentDays = 8 }, Ungraded, "exposure"},
		"left on the last day":       {func(_ *assessment, m *kpi.Staff) { m.LeftOn = "2026-10-31" }, Scored, ""},
		"left on the day before":     {func(_ *assessment, m *kpi.Staff) { m.LeftOn = "2026-10-30" }, Statement, "left"},
		"a line that is not mature":  {status("B", kpi.Immature), Preliminary, "immature:B"},
		"an immature deduction":      {status("M", kpi.Immature), Preliminary, "immature:M"},
		"a deduction without rows":   {status("M", kpi.NoData), Scored, ""},
		"a period that is not over":  {func(a *assessment, _ *kpi.Staff) { a.over = false }, Preliminary, "period"},
		"no least weight is decided": {without("assess_min_weight"), Ungraded, "unset:assess_min_weight"},
		"no grades are decided":      {without("grades"), Ungraded, "unset:grades"},
		"no scorecard":               {without("weights"), NoCard, ""},
	} {
		a, m := company(t), staff()
		test.change(&a, &m)
		s := a.sheet(m)
		if s.State != test.want || test.reason != "" && !slices.Contains(s.Reasons, test.reason) || test.reason == "" && len(s.Reasons) > 0 {
			t.Errorf("%s: %s %v, want %s %s", name, s.State, s.Reasons, test.want, test.reason)
		}
		if (s.Grade != "") != (s.State == Scored) {
			t.Errorf("%s: state %s with grade %q", name, s.State, s.Grade)
		}
	}
}

// TestSheet_unscored: B's 40 go to A, of another group, which then weighs 100 and earns all its 120 points.
func TestSheet_unscored(t *testing.T) {
	a := company(t)
	x := a.measures["B"].answers["M1"]
	x.Target = nil
	a.measures["B"].answers["M1"] = x
	s := a.sheet(staff())
	near(t, "kept", s.WeightKept, 60, 1e-9)
	near(t, "total", *s.Total.Value, 120, 1e-9)
	if l := s.Lines[1]; l.Status != noTarget || l.Earned != nil || l.Points.Value != nil || *l.Raw.Value != .85 {
		t.Errorf("B: %+v", l)
	}
}

// TestSheet_deductions: a breach takes 5 off 92 and leaves a C at best; three would take 15, but no more than 10. M at half of
// the way from floor to target takes half of its 2. Without a cap that was decided nothing is taken off.
func TestSheet_deductions(t *testing.T) {
	for name, test := range map[string]struct {
		breaches, m, off, total float64
		grade, by               string
	}{
		"none":            {0, .9, 0, 92, "A", ""},
		"one breach":      {1, .9, 5, 87, "C", "R"},
		"three breaches":  {3, .9, 10, 82, "C", "R"},
		"half of M":       {0, .85, 1, 91, "A", ""},
		"above M's goal":  {0, .95, 0, 92, "A", ""},
		"M far below":     {0, .1, 2, 90, "A", ""},
		"both, below cap": {1, .8, 7, 85, "C", "R"},
	} {
		a := company(t)
		a.measures["R"].answers["M1"], a.measures["M"].answers["M1"] = events(test.breaches), answer(test.m, .1, 1)
		s := a.sheet(staff())
		near(t, name+": off", s.Deducted, test.off, 1e-9)
		near(t, name+": total", *s.Total.Value, test.total, 1e-9)
		if s.Grade != test.grade || s.CappedBy != test.by {
			t.Errorf("%s: grade %s capped by %q, want %s %q", name, s.Grade, s.CappedBy, test.grade, test.by)
		}
	}
	a := company(t)
	a.measures["R"].answers["M1"] = events(1)
	a.book = slices.DeleteFunc(a.book, func(l kpi.RuleLine) bool { return l.Name == "assess_deduction_cap" })
	if s := a.sheet(staff()); s.Deducted != 0 || !slices.Contains(s.Reasons, "unset:assess_deduction_cap") || s.Grade != "C" {
		t.Errorf("without a cap on deductions %f is taken off, %v, grade %s", s.Deducted, s.Reasons, s.Grade)
	}
}

// TestSheet_boundary: the unrounded total is graded. A at .95 and B at .845 are .6·120 + .4·45 = 90, an A; a hair
// less is a B, though it would print as 90.0.
func TestSheet_boundary(t *testing.T) {
	for b, want := range map[float64]string{.845: "A", .84499: "B"} {
		a := company(t)
		a.measures["B"].answers["M1"] = answer(b, .8, .9)
		if s := a.sheet(staff()); s.Grade != want || *s.Boundary != 90 {
			t.Errorf("B at %f: total %f is a %s near %f, want %s", b, *s.Total.Value, s.Grade, *s.Boundary, want)
		}
	}
	a := company(t)
	a.measures["A"].answers["M1"], a.measures["R"].answers["M1"] = answer(.81, .8, .9), events(1)
	if s := a.sheet(staff()); s.Grade != "D" || s.CappedBy != "" {
		t.Errorf("a cap makes no grade better: %s by %q", s.Grade, s.CappedBy)
	}
}

// TestRank: 92, 92, 80 and somebody without a grade: both 92 are first, the 80 third of three.
func TestRank(t *testing.T) {
	sheet := func(id string, state State, total, half float64) Sheet {
		return Sheet{ManagerID: id, State: state, Total: figure(total, total-half, total+half)}
	}
	list := []Sheet{sheet("a", Scored, 80, 5), sheet("b", Ungraded, 99, 1), sheet("c", Scored, 92, 5), sheet("d", Scored, 92, 5)}
	rank(list)
	for i, want := range []int{3, 0, 1, 1} {
		if list[i].Rank != want {
			t.Errorf("%s is %d, want %d", list[i].ManagerID, list[i].Rank, want)
		}
	}
	// 92 and 80: 12 apart, half-width √50 = 7.07: they differ; 92 and 92 do not
	if d, a := list[3], list[0]; *d.DiffersAbove || !*d.DiffersBelow || !*a.DiffersAbove || a.DiffersBelow != nil {
		t.Errorf("d: %v %v, a: %v %v", *d.DiffersAbove, *d.DiffersBelow, *a.DiffersAbove, a.DiffersBelow)
	}
}

// TestLine_lines: the lines of an upheld dispute count: 17 of 20 with one miss taken off is 17 of 19.
func TestLine_lines(t *testing.T) {
	a := company(t)
	x := answer(.85, .64, .95)
	num, den, off, v := int64(17), int64(19), int64(-1), 17.0/19
	x.Lines = []kpi.Adjustment{{KPI: "B", Num: new(int64), Den: &off}}
	x.AdjustedNum, x.AdjustedDen, x.AdjustedValue = &num, &den, &v
	a.measures["B"].answers["M1"] = x
	a.question.Disputes = []Dispute{{"B", "M1"}, {"B", "M2"}, {"A", "M1"}}
	l := a.sheet(staff()).Lines[1]
	low, high := kpi.Wilson(17, 19)
	near(t, "raw", *l.Raw.Value, 17.0/19, 1e-12)
	near(t, "low", *l.Raw.Low, low, 1e-12)
	near(t, "high", *l.Raw.High, high, 1e-12)
	if l.N != 19 || l.AdjustmentLines != 1 || l.OpenDisputes != 1 || *l.Den != 19 {
		t.Errorf("n %d, %d lines, %d disputes", l.N, l.AdjustmentLines, l.OpenDisputes)
	}
}

// TestSheet_undefined: B has no value in this kind of period: A carries all of the weight, and the sheet says why.
func TestSheet_undefined(t *testing.T) {
	a := company(t)
	a.measures["B"] = &measured{def: a.measures["B"].def, whole: &kpi.Answer{Status: kpi.NotDefined}}
	s := a.sheet(staff())
	if s.State != Scored || s.Lines[0].Used != 100 || !slices.Contains(s.Reasons, "undefined:B") {
		t.Errorf("%s, A weighs %v, reasons %v", s.State, s.Lines[0].Used, s.Reasons)
	}
}
