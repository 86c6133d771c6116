package tiering

import (
	"errors"
	"math/big"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kamlens/kamlens/internal/calendar"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/rules"
)

func n(v int64) *int64 { return &v }

// policy has round tables: spend 0 -> 0, 1000 -> 100; frequency 0 -> 0, 10 -> 100; on time 500 -> 0, 1000 -> 100 per mille; overdue
// 0 -> 100, 100 -> 0 days; tenure 0 -> 0, 100 -> 100 months; complexity 0 -> 0, 10 -> 100 features.
func policy() Policy {
	return Policy{
		Weights: map[string]int64{Spend: 40, Frequency: 15, Credit: 20, Tenure: 10, Complexity: 15}, CreditWeights: map[string]int64{creditOnTime: 70, creditOverdue: 30},
		Points: map[string]Table{Spend: {{0, 0}, {1000, 100}}, Frequency: {{0, 0}, {10, 100}}, creditOnTime: {{500, 0}, {1000, 100}},
			creditOverdue: {{0, 100}, {100, 0}}, Tenure: {{0, 0}, {100, 100}}, Complexity: {{0, 0}, {10, 100}}},
		Cuts: [3]int64{80, 60, 40}, Band: 5, RatingMonths: 6, MissingWeight: 20, ManualPoints: 10, ArrearsDays: 90,
	}
}

// half is a row that has 50 points of everything: 500 fen, 5 orders, 750 per mille on time (50) and 50 days overdue (50), 50
// months, 5 features.
func half() kpi.TierIndicators {
	return kpi.TierIndicators{Quarter: "2026-Q3", CustomerID: "C1", TenureMonths: n(50), SpendFen: n(500), ProjectFen: n(0), Orders: n(5),
		DueFen: n(400), OnTimeFen: n(300), OverdueDays: n(50), Products: n(4), SLAClasses: n(1), InputState: "none"}
}

func TestTable(t *testing.T) {
	table := Table{{10, 20}, {20, 50}, {40, 100}}
	for x, want := range map[int64]string{
		9: "20", 10: "20", 11: "23", // 20 + 1/10 × 30
		20: "50", 21: "105/2", // 50 + 1/20 × 50
		40: "100", 41: "100",
	} {
		if got := table.Of(whole(x)).RatString(); got != want {
			t.Errorf("%d: %s points, want %s", x, got, want)
		}
	}
}

// points of each indicator at and beside its boundaries.
func TestScore_parts(t *testing.T) {
	for name, test := range map[string]struct {
		indicator string
		change    func(*kpi.TierIndicators)
		want      string
	}{
		"spend":             {Spend, func(*kpi.TierIndicators) {}, "50"},
		"nothing spent":     {Spend, func(r *kpi.TierIndicators) { r.SpendFen = n(0) }, "0"},
		"less than nothing": {Spend, func(r *kpi.TierIndicators) { r.SpendFen = n(-1) }, "0"},
		"spend unknown":     {Spend, func(r *kpi.TierIndicators) { r.SpendFen = nil }, "-"},
		"orders unknown":    {Frequency, func(r *kpi.TierIndicators) { r.Orders = nil }, "-"},
		// 301 of 400 are 752.5 per mille: 50.5 points; 0.7 × 50.5 + 0.3 × 50 = 50.35
		"credit":               {Credit, func(r *kpi.TierIndicators) { r.OnTimeFen = n(301) }, "1007/20"},
		"never late":           {Credit, func(r *kpi.TierIndicators) { r.OnTimeFen, r.OverdueDays = n(400), n(0) }, "100"},
		"never on time":        {Credit, func(r *kpi.TierIndicators) { r.OnTimeFen, r.OverdueDays = n(0), n(101) }, "0"},
		"nothing fell due":     {Credit, func(r *kpi.TierIndicators) { r.DueFen, r.OnTimeFen = n(0), n(0) }, "-"},
		"never billed":         {Credit, func(r *kpi.TierIndicators) { r.DueFen, r.OnTimeFen = nil, nil }, "-"},
		"tenure unknown":       {Tenure, func(r *kpi.TierIndicators) { r.TenureMonths = nil }, "-"},
		"features":             {Complexity, func(r *kpi.TierIndicators) { r.Products = n(5) }, "60"},
		"features not loaded":  {Complexity, func(r *kpi.TierIndicators) { r.Products = nil }, "-"},
		"assessed, approved":   {Complexity, func(r *kpi.TierIndicators) { assess(r, "approved", 9) }, "89"},   // 5 + 3 features, + 9
		"assessed, unapproved": {Complexity, func(r *kpi.TierIndicators) { assess(r, "unapproved", 9) }, "50"}, //
		"assessed, own line":   {Complexity, func(r *kpi.TierIndicators) { assess(r, "own_line", 9) }, "50"},
		"ten by hand":          {Complexity, func(r *kpi.TierIndicators) { assess(r, "approved", 10) }, "90"},
		"eleven by hand":       {Complexity, func(r *kpi.TierIndicators) { assess(r, "approved", 11) }, "90"},
		"eleven off":           {Complexity, func(r *kpi.TierIndicators) { assess(r, "approved", -11) }, "70"},
		"not above 100":        {Complexity, func(r *kpi.TierIndicators) { assess(r, "approved", 10); r.Products = n(6) }, "100"}, // 6 + 1 + 3 features
		"not below 0":          {Complexity, func(r *kpi.TierIndicators) { zero(r); assess(r, "approved", -10); r.Sites = n(0) }, "0"},
	} {
		t.Run(name, func(t *testing.T) {
			row := half()
			test.change(&row)
			for _, part := range policy().Score(row).Parts {
				got := "-"
				if part.Points != nil {
					got = part.Points.RatString()
				}
				if part.Indicator == test.indicator && got != test.want {
					t.Errorf("%s points, want %s", got, test.want)
				}
			}
		})
	}
}

func assess(r *kpi.TierIndicators, state string, manual int64) {
	r.InputState, r.Sites, r.Bespoke, r.Integration, r.ManualPoints = state, n(3), n(0), n(0), n(manual)
}

func zero(r *kpi.TierIndicators) { r.Products, r.SLAClasses = n(0), n(0) }

// Individuals are measured by their own table where there is one.
func TestScore_individual(t *testing.T) {
	p, row := policy(), half()
	p.Points[spendIndividual] = Table{{0, 0}, {500, 100}}
	row.Type = "individual"
	if got := p.Score(row).Parts[0].Points.RatString(); got != "100" {
		t.Errorf("%s points by the table of individuals", got)
	}
	row.Type = "enterprise"
	if got := p.Score(row).Parts[0].Points.RatString(); got != "50" {
		t.Errorf("%s points by that of others", got)
	}
}

// What is not known is spread over the rest up to a weight of 20.
func TestScore_total(t *testing.T) {
	for name, test := range map[string]struct {
		change func(*kpi.TierIndicators)
		want   string
	}{
		"all":                     {func(*kpi.TierIndicators) {}, "scored 50"},
		"more spend":              {func(r *kpi.TierIndicators) { r.SpendFen = n(1000) }, "scored 70"},                         // 0.4 × 100 + 0.6 × 50
		"credit (20) unknown":     {func(r *kpi.TierIndicators) { r.DueFen, r.SpendFen = nil, n(900) }, "scored 70"},           // (40 × 90 + 40 × 50) / 80
		"orders, tenure (25)":     {func(r *kpi.TierIndicators) { r.Orders, r.TenureMonths = nil, nil }, "incomplete -"},       //
		"spend (40) unknown":      {func(r *kpi.TierIndicators) { r.SpendFen = nil }, "incomplete -"},                          //
		"five months":             {func(r *kpi.TierIndicators) { r.TenureMonths = n(5) }, "unrated -"},                        //
		"six months":              {func(r *kpi.TierIndicators) { r.TenureMonths = n(6) }, "scored 228/5"},                     // 0.9 × 50 + 0.1 × 6
		"strategic has no effect": {func(r *kpi.TierIndicators) { r.Strategic = true }, "scored 50"},                           //
		"nothing known":           {func(r *kpi.TierIndicators) { *r = kpi.TierIndicators{CustomerID: "C1"} }, "incomplete -"}, //
	} {
		row := half()
		test.change(&row)
		s := policy().Score(row)
		got := string(s.State) + " -"
		if s.Total != nil {
			got = string(s.State) + " " + s.Total.RatString()
		}
		if got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// score of a text: "79.99", "-" for none, "" for no quarter before.
func scoreOf(t *testing.T, text string) *Score {
	t.Helper()
	if text == "" {
		return nil
	}
	if text == "-" {
		return &Score{State: Incomplete}
	}
	total, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatal(text)
	}
	return &Score{State: Scored, Total: total}
}

// Cut points 80, 60, 40 and a band of 5: each boundary with its neighbour.
func TestDraft(t *testing.T) {
	for _, c := range []struct {
		held        int64
		before, now string
		tier        int64
		why         Why
	}{
		{0, "", "80", 1, First}, {0, "", "79.99", 2, First}, {0, "", "60", 2, First}, {0, "", "59.99", 3, First}, {0, "", "40", 3, First}, {0, "", "39.99", 4, First},
		{0, "", "-", 0, NotScored}, {2, "90", "-", 2, NotScored},
		{3, "50", "65", 2, UpAtOnce}, {3, "50", "64.99", 3, InBand}, {3, "", "64.99", 3, NoBefore},
		{3, "60", "60", 2, UpTwice}, {3, "59.99", "60", 3, InBand}, {3, "60", "59.99", 3, Same}, {3, "-", "60", 3, NoBefore},
		{3, "99", "99", 2, UpAtOnce}, {4, "", "99", 3, UpAtOnce}, // one level
		{1, "99", "99", 1, Same},
		{2, "54.99", "54.99", 3, DownTwice}, {2, "54.99", "55", 2, InBand}, {2, "55", "54.99", 2, InBand}, {2, "", "10", 2, NoBefore}, {2, "-", "10", 2, NoBefore},
		{2, "", "55", 2, InBand},
		{2, "10", "10", 3, DownTwice}, // one level
		{4, "10", "10", 4, Same},
	} {
		d := policy().Draft(*scoreOf(t, c.now), scoreOf(t, c.before), c.held)
		if d.Tier != c.tier || d.Why != c.why {
			t.Errorf("held %d, %q then %q: %d %s, want %d %s", c.held, c.before, c.now, d.Tier, d.Why, c.tier, c.why)
		}
	}
}

// Arrears of more than 90 days allow tier 3 at best, at once and by two levels; a customer without a tier gets none by them.
func TestDraft_arrears(t *testing.T) {
	for _, c := range []struct {
		days       *int64
		held, tier int64
		why        Why
	}{
		{n(90), 1, 1, Same}, {n(91), 1, 3, Arrears}, {n(91), 0, 3, Arrears}, {n(91), 3, 3, Arrears}, {n(91), 4, 3, UpAtOnce}, {nil, 1, 1, Same},
	} {
		row := half()
		row.SpendFen, row.Orders, row.TenureMonths, row.Products, row.OnTimeFen, row.OverdueDays, row.ArrearsDays = n(1000), n(10), n(100), n(9), n(400), n(0), c.days
		d := policy().Draft(policy().Score(row), nil, c.held)
		if d.Tier != c.tier || d.Why != c.why {
			t.Errorf("held %d: %d %s, want %d %s", c.held, d.Tier, d.Why, c.tier, c.why)
		}
	}
	row := half()
	row.TenureMonths, row.ArrearsDays = n(5), n(91)
	if d := policy().Draft(policy().Score(row), nil, 0); d.Tier != 0 || d.Why != NotScored {
		t.Errorf("unrated: %d %s", d.Tier, d.Why)
	}
}

// A customer split off has its parent's tier for one quarter; with a tier of its own it goes its own way.
func TestDraft_split(t *testing.T) {
	row := half()
	row.Split, row.ParentTier, row.TenureMonths = true, n(1), n(0)
	p := policy()
	if d := p.Draft(p.Score(row), nil, 0); d.Tier != 1 || d.Why != BySplit {
		t.Errorf("%d %s", d.Tier, d.Why)
	}
	row.Split = false
	if d := p.Draft(p.Score(row), nil, 0); d.Tier != 0 || d.Why != NotScored {
		t.Errorf("the quarter after, still unrated: %d %s", d.Tier, d.Why)
	}
}

func proposed(t *testing.T, more ...rules.File) rules.Book {
	t.Helper()
	files, err := rules.Read(filepath.Join("..", "..", "examples", "rules-proposed"))
	if err == nil && len(more) > 0 {
		files, err = rules.New(more...)
	}
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// What is unset is named, all of it; the proposed rules leave nothing open.
func TestPolicyOn(t *testing.T) {
	day := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	book := proposed(t)
	p, err := PolicyOn(&book, day)
	if err != nil || p.Version != "proposed-1" || p.Cuts != [3]int64{80, 60, 40} || p.Band != 5 || p.Weights[Spend] != 40 {
		t.Errorf("%+v, %v", p, err)
	}
	shipped := proposed(t, rules.File{Name: "a.yaml", Data: []byte("params: [{name: tier_band_points, value: 5}]")})
	_, err = PolicyOn(&shipped, day)
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.Refused {
		t.Fatal(err)
	}
	unset, _ := f.Args[1].(string)
	for _, name := range []string{"weights.tiering,", "break_points.credit_overdue,", "cut_points.tiering,", "params.tier_spend_months,", "params.tier_arrears_days"} {
		if !strings.Contains(unset, name) {
			t.Errorf("%s is not named: %s", name, unset)
		}
	}
	if strings.Contains(unset, "tier_band_points") || strings.Contains(unset, spendIndividual) {
		t.Errorf("named without need: %s", unset)
	}
}

// A score that is below a cut point is not printed as if it had reached it.
func TestPrint(t *testing.T) {
	p := policy()
	for text, want := range map[string]string{"79.994": "79.99", "79.996": "79.996", "79.99996": "79.99996", "80": "80.00", "81.996": "82.00", "84.999": "84.999",
		"64.996": "64.996", "54.9999": "54.9999"} {
		if got := p.Print(scoreOf(t, text).Total); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// Spend alone is known, and the score is a tenth of a percent of it: 500 fen are 50. C1 rises in Q2 and falls after two quarters
// below 55, in Q4: no return. C2 rises in Q2 and falls by its arrears in Q3: a return. C3 comes in Q3.
func TestPlay(t *testing.T) {
	book := proposed(t, rules.File{Name: "a.yaml", Data: []byte(`
weights:
  - {of: tiering, values: {spend: 90, frequency: 0, credit: 0, tenure: 10, complexity: 0}}
  - {of: tiering_credit, values: {credit_on_time: 70, credit_overdue: 30}}
break_points:
  - {of: spend, values: {0: 0, 1000: 100}}
  - {of: frequency, values: {0: 0, 10: 100}}
  - {of: credit_on_time, values: {0: 0, 1000: 100}}
  - {of: credit_overdue, values: {0: 100, 100: 0}}
  - {of: tenure, values: {0: 0, 100: 100}}
  - {of: complexity, values: {0: 0, 10: 100}}
cut_points: [{of: tiering, values: {1: 80, 2: 60, 3: 40}}]
params:
  - {name: tier_band_points, value: 5}
  - {name: tier_spend_months, value: 12}
  - {name: tier_gap_months, value: 6}
  - {name: tier_rating_months, value: 6}
  - {name: tier_missing_weight, value: 20}
  - {name: tier_manual_points, value: 10}
  - {name: tier_arrears_days, value: 90}
`)})
	var rows []kpi.TierIndicators
	add := func(quarter, customer string, score int64, tier, arrears *int64) {
		rows = append(rows, kpi.TierIndicators{Quarter: quarter, CustomerID: customer, SpendFen: n(score * 10), Tier: tier, ArrearsDays: arrears})
	}
	for i, score := range []int64{50, 65, 54, 54} {
		add("2026-Q"+string(rune('1'+i)), "C1", score, n(3), nil)
	}
	add("2026-Q1", "C2", 82, n(2), nil)
	add("2026-Q2", "C2", 85, n(2), nil)
	add("2026-Q3", "C2", 85, n(2), n(91))
	add("2026-Q4", "C2", 85, n(2), nil)
	add("2026-Q3", "C3", 80, nil, nil)
	add("2026-Q4", "C3", 80, nil, nil)
	h := NewHistory(rows)
	first, err := calendar.ParsePeriod("2026-Q1")
	if err != nil {
		t.Fatal(err)
	}
	play, err := h.Play(&book, first)
	if err != nil {
		t.Fatal(err)
	}
	// Q1: C1 50 stays in 3; C2 82 is in the band. Q2: C1 65 up to 2, C2 85 up to 1. Q3: C1 54 once; C2 capped to 3; C3 first 1.
	// Q4: C1 54 twice, down to 3, two quarters after it rose; C2 free again, up to 2: back the way it came.
	want := []Tally{{"2026-Q1", 2, 0, 0, 0}, {"2026-Q2", 2, 2, 0, 0}, {"2026-Q3", 3, 0, 1, 1}, {"2026-Q4", 3, 1, 1, 1}}
	if diff := cmp.Diff(want, play.Tallies); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int64{"C1": 3, "C2": 2, "C3": 1}, play.Tiers); diff != "" {
		t.Error(diff)
	}
	other := Play{Tiers: map[string]int64{"C1": 3, "C2": 1, "C3": 1}}
	var matrix Matrix
	matrix[3][3], matrix[2][1], matrix[1][1] = 1, 1, 1
	if diff := cmp.Diff(matrix, Compare(play, other)); diff != "" {
		t.Error(diff)
	}
}
