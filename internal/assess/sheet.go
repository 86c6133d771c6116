package assess

import (
	"math"
	"slices"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/rules"
)

// State says what a sheet may be used for.
type State string

// The states, in the order in which the first that holds is given.
const (
	NoCard      State = "no_card"     // no scorecard is set for the role
	Preliminary State = "preliminary" // the period is not over, or some line is not mature
	Statement   State = "statement"   // the manager left within the period: the lines are a record, no grade
	Ungraded    State = "ungraded"    // too little to grade: weight, days, or rules that are not set
	Scored      State = "scored"
)

// LineScored is the status of a line with points.
const LineScored = "scored"

// Why a line has no points, beside the statuses of the door.
const (
	noTarget = "no_target"
	noFloor  = "no_floor"
	badGoal  = "goal_order" // floor, target and stretch do not follow each other
	noCurve  = "no_curve"
	noValue  = "none_counted"
)

// Sheet is the assessment of one manager.
type Sheet struct {
	ManagerID   string      `json:"manager_id"`
	ManagerName string      `json:"manager_name"`
	Team        string      `json:"team"`
	Role        string      `json:"role"`
	Scorecard   string      `json:"scorecard"`
	WorkDays    int64       `json:"work_days"`
	PresentDays int64       `json:"present_days"`
	LeftOn      string      `json:"left_on"`
	Lines       []Line      `json:"lines"`
	Deductions  []Deduction `json:"deductions"`
	WeightKept  float64     `json:"weight_kept"` // percent of the weight with a result
	Deducted    float64     `json:"deducted"`    // points taken off, within the cap
	Total       Figure      `json:"total"`
	Grade       string      `json:"grade"`
	CappedBy    string      `json:"capped_by"`   // the measure whose events cap the grade; "" where none changed it
	Coefficient *int64      `json:"coefficient"` // percent
	Training    string      `json:"training"`    // what is suggested for the grade
	State       State       `json:"state"`
	Reasons     []string    `json:"reasons"` // weight, exposure, left, period, immature:KPI, undefined:KPI, unset:RULE
	Rank        int         `json:"rank"`    // among the scored ones of the scorecard; 0: none
	Peers       int         `json:"peers"`
	Boundary    *float64    `json:"boundary"` // the points of a grade that the total is nearest to; nil without a grade

	// Whether the total differs from that of the neighbour in rank by more than chance; nil: there is none, or nobody can tell.
	DiffersAbove *bool `json:"differs_above"`
	DiffersBelow *bool `json:"differs_below"`
}

// Line is one KPI of a sheet.
type Line struct {
	KPI       string  `json:"kpi"`
	Dimension string  `json:"dimension"`
	Group     string  `json:"group"`
	Weight    int64   `json:"weight"`
	Used      float64 `json:"weight_used"` // after the weight of lines without a result went to the others
	Num       *int64  `json:"num"`
	Den       *int64  `json:"den"`
	N         int64   `json:"n"`
	Raw       Figure  `json:"raw"` // with the lines of upheld disputes

	Adjusted  *Figure      `json:"adjusted"`   // on a comparable mix; nil where the measure has no strata
	Company   *float64     `json:"company"`    // the rate of the company that the mix is compared with
	Expected  *float64     `json:"expected"`   // what the company would have reached on the manager's rows, in the unit of den
	Shrunk    *Figure      `json:"shrunk"`     // nil where nothing is shrunk
	PriorMean *float64     `json:"prior_mean"` // p0
	PriorSize *float64     `json:"prior_size"` // M; nil beside a mean: managers do not differ, M is infinite
	Position  kpi.Position `json:"position"`   // of the comparable share among all managers; "" where it is no share

	Goal
	Curve  *Curve   `json:"curve"`
	Points Figure   `json:"points"`
	Earned *float64 `json:"earned"` // weight_used·points/100
	Status string   `json:"status"` // scored, a status of the door, no_target, no_floor, goal_order, no_curve, none_counted

	AdjustmentLines int  `json:"adjustment_lines"`
	OpenDisputes    int  `json:"open_disputes"`
	Frozen          bool `json:"frozen"`
}

func (l Line) scored() bool { return l.Status == LineScored }

// Deduction is a KPI that only takes points off.
type Deduction struct {
	KPI    string  `json:"kpi"`
	Points int64   `json:"points"` // for each event of a count; else at the floor or worse, in proportion up to the target
	Raw    Figure  `json:"raw"`
	N      int64   `json:"n"`
	Off    float64 `json:"off"`
	Status string  `json:"status"`
}

// sheet assesses one manager.
func (a assessment) sheet(m kpi.Staff) Sheet {
	s := Sheet{ManagerID: m.ID, ManagerName: m.Name, Team: m.Team, Role: m.Role, WorkDays: m.WorkDays, PresentDays: m.PresentDays,
		LeftOn: m.LeftOn, Lines: []Line{}, Deductions: []Deduction{}, Reasons: []string{}}
	card, ok := a.book.card(m.Role)
	if !ok {
		s.State = NoCard
		return s
	}
	s.Scorecard = card.name
	for _, w := range card.weights {
		s.Lines = append(s.Lines, a.line(m.ID, w.Item, w.Value))
	}
	s.WeightKept = weigh(s.Lines)
	a.deduct(&s)
	s.add()
	a.gate(&s)
	if s.State == Scored {
		a.grade(&s)
	}
	return s
}

// line is one KPI of one manager, from the rows to the points.
func (a assessment) line(manager, id string, weight int64) Line {
	m := a.measures[id]
	answer := m.answers[manager]
	l := Line{KPI: id, Dimension: a.book.word(rules.DimensionOf, id), Weight: weight, Num: answer.AdjustedNum, Den: answer.AdjustedDen,
		N: subjects(answer), AdjustmentLines: len(answer.Lines), Frozen: answer.Frozen, OpenDisputes: a.disputes(manager, m.def.ID),
		Goal: Goal{answer.Floor, answer.Target, answer.Stretch}}
	l.Group = group(l.Dimension)
	l.Raw = m.raw(answer)
	value := l.Raw
	if f, ok := m.adjusted(manager, l.Raw); ok {
		company, expected := m.mix.whole.rate(), m.mix.expected(manager)
		l.Adjusted, l.Company, l.Expected, value = &f, &company, &expected, f
	}
	r, ok := m.rate(manager)
	if ok && m.def.IsShare() {
		l.Position = kpi.PositionOf(r.p, r.n, m.centre)
	}
	if ok && m.shrinks {
		low, high := m.prior.interval(r)
		f := figure(m.prior.shrink(r), low, high)
		l.Shrunk, value, l.PriorMean = &f, f, &m.prior.mean
		if !math.IsInf(m.prior.size, 1) {
			l.PriorSize = &m.prior.size
		}
	}
	a.score(&l, m, answer.Answer, value)
	return l
}

// score gives a line its points, or says why it has none.
func (a assessment) score(l *Line, m *measured, answer kpi.Answer, value Figure) {
	if l.Status = m.status(answer, value); l.Status != LineScored {
		return
	}
	curve, ok := a.book.curve(l.KPI)
	if l.Status = l.lack(m.def); l.Status == "" && !ok {
		l.Status = noCurve
	}
	if l.Status != "" {
		return
	}
	l.Status, l.Curve = LineScored, &curve
	p := curve.points(l.Goal, *value.Value)
	l.Points.Value = &p
	if value.Low != nil && value.High != nil {
		x, y := curve.points(l.Goal, *value.Low), curve.points(l.Goal, *value.High)
		low, high := min(x, y), max(x, y)
		l.Points.Low, l.Points.High = &low, &high
	}
}

// status is why a manager has no usable value of a measure; scored where he has one.
func (m *measured) status(answer kpi.Answer, value Figure) string {
	switch {
	case answer.Status == "" && m.whole != nil && m.whole.Status != kpi.OK:
		return string(m.whole.Status)
	case answer.Status == "":
		return noValue
	case answer.Status != kpi.OK:
		return string(answer.Status)
	case value.Value == nil:
		return noValue
	}
	return LineScored
}

// events is how many events a manager has; none where others have some and he has not.
func (m *measured) events(manager string) (Figure, string) {
	a, there := m.answers[manager]
	if !there && len(m.answers) > 0 {
		return Figure{Value: new(float64)}, LineScored
	}
	raw := m.raw(a)
	return raw, m.status(a.Answer, raw)
}

// deduct takes off points, at most as many as the cap says. Without a cap nothing is taken off.
func (a assessment) deduct(s *Sheet) {
	_, lines := a.book.ofRole(rules.Deductions, s.Role)
	for _, r := range lines {
		l := a.line(s.ManagerID, r.Item, 0)
		d := Deduction{KPI: r.Item, Points: r.Value, Raw: l.Raw, N: l.N, Status: l.Status}
		m := a.measures[r.Item]
		switch {
		case m.def.IsCount():
			d.Raw, d.Status = m.events(s.ManagerID)
			if d.Status == LineScored {
				d.Off = float64(r.Value) * *d.Raw.Value
			}
		case l.scored() && l.Curve.Target > 0:
			d.Off = float64(r.Value) * (1 - min(1, *l.Points.Value/float64(l.Curve.Target)))
		}
		s.Deductions = append(s.Deductions, d)
		s.Deducted += d.Off
	}
	most := a.book.param(rules.DeductionsMost)
	switch {
	case len(lines) == 0:
	case most == nil:
		s.Deducted = 0
		s.Reasons = append(s.Reasons, "unset:"+rules.DeductionsMost)
	default:
		s.Deducted = min(s.Deducted, float64(*most))
	}
}

// add makes the total of the lines, from 0, with an interval in which the lines count as independent: the squares of their
// weighted half-widths add up (Zou and Donner). A line without an interval counts as certain; where none has one, neither has
// the total.
func (s *Sheet) add() {
	total, below, above := 0.0, 0.0, 0.0
	results, intervals := 0, 0
	for i := range s.Lines {
		l := &s.Lines[i]
		if !l.scored() {
			continue
		}
		results++
		earned := l.Used * *l.Points.Value / 100
		l.Earned = &earned
		total += earned
		if l.Points.Low != nil {
			intervals++
			below = math.Hypot(below, l.Used*(*l.Points.Value-*l.Points.Low)/100)
			above = math.Hypot(above, l.Used*(*l.Points.High-*l.Points.Value)/100)
		}
	}
	if results == 0 {
		return
	}
	total -= s.Deducted
	s.Total = figure(steady(total), steady(total-below), steady(total+above))
	if intervals == 0 {
		s.Total.Low, s.Total.High = nil, nil
	}
}

// steady is a total from 0 without the noise of adding floats, which must not decide between two grades: 90 made of
// 92 - 2 is 90.
func steady(total float64) float64 { return max(0, math.Round(total*1e9)/1e9) }

// gate says whether there is enough to grade.
func (a assessment) gate(s *Sheet) {
	add := func(state State, reason string) {
		if s.State == "" {
			s.State = state
		}
		s.Reasons = append(s.Reasons, reason)
	}
	if !a.over {
		add(Preliminary, "period")
	}
	for _, l := range s.Lines {
		if a.over && l.Status == string(kpi.Immature) && l.Weight > 0 {
			add(Preliminary, "immature:"+l.KPI)
		}
	}
	for _, l := range s.Lines {
		if l.Status == string(kpi.NotDefined) && l.Weight > 0 { // its weight went to the others: no grade is lost, and nobody may overlook it
			s.Reasons = append(s.Reasons, "undefined:"+l.KPI)
		}
	}
	for _, d := range s.Deductions {
		if a.over && d.Status == string(kpi.Immature) {
			add(Preliminary, "immature:"+d.KPI)
		}
	}
	if s.LeftOn != "" && s.LeftOn < a.question.Period.End.AddDate(0, 0, -1).Format("2006-01-02") {
		add(Statement, "left")
	}
	for _, name := range a.unset(s.Role) {
		add(Ungraded, "unset:"+name)
	}
	if most := a.book.param(rules.MinExposure); most != nil && 100*s.PresentDays < *most*s.WorkDays {
		add(Ungraded, "exposure")
	}
	if least := a.book.param(rules.MinWeight); least != nil && s.WeightKept < float64(*least)-1e-9 || s.Total.Value == nil {
		add(Ungraded, "weight")
	}
	if s.State == "" {
		s.State = Scored
	}
}

// grade gives the grade of the unrounded total, no better than a cap leaves, and the coefficient that it stands for.
func (a assessment) grade(s *Sheet) {
	_, grades := a.book.ofRole(rules.Grades, s.Role)
	at := len(grades) - 1 // the last is from 0
	for i, g := range slices.Backward(grades) {
		from := float64(g.Value)
		if *s.Total.Value >= from {
			at = i
		}
		if i < len(grades)-1 && (s.Boundary == nil || math.Abs(*s.Total.Value-from) < math.Abs(*s.Total.Value-*s.Boundary)) {
			s.Boundary = &from
		}
	}
	for _, c := range a.book.table(rules.Mappings, rules.GradeCap) {
		raw := a.measures[c.Item].answers[s.ManagerID].AdjustedValue
		for i, g := range grades {
			if g.Item == c.Word && raw != nil && *raw > 0 && i > at {
				at, s.CappedBy = i, c.Item
			}
		}
	}
	s.Grade = grades[at].Item
	s.Training = a.book.word(rules.TrainingFor, s.Grade)
	_, coefficients := a.book.ofRole(rules.Coefficients, s.Role)
	for _, c := range coefficients {
		if c.Item == s.Grade {
			s.Coefficient = &c.Value
		}
	}
}
